import { once } from 'node:events';

export default async function globalTeardown() {
  const ended = once(globalThis.synthesizer, 'exit');
  globalThis.synthesizer.disconnect();
  await ended;
}
