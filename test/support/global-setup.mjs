import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts what all workers share, and tells them by the environment. */
export default async function globalSetup() {
  const synthesizer = fork(join(import.meta.dirname, 'synthesizer.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [environment] = await once(synthesizer, 'message');
  Object.assign(process.env, environment);
  globalThis.synthesizer = synthesizer;
  synthesizer.unref();
  synthesizer.channel.unref();
}
