import { once } from 'node:events';
import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const ended = once(globalThis.synthesizer, 'exit');
  globalThis.synthesizer.disconnect();
  await ended;
  rmSync(process.env.BUDGETEER_TEST_FOLDER, { recursive: true });
}
