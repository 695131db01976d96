import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LocalAssembly } from './assembly/local-assembly.ts';
import type { FauxqsSetup } from './fauxqs-worker.ts';

export interface Fauxqs {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts fauxqs (S3, SNS, SQS) with the assembly's buckets, topics and queues, in a thread of its own: it is an ES
 * module only, which jest could not load, and it leaves this thread's event loop to the functions' calls.
 */
export async function startFauxqs(
  { place, queues, topics, buckets }: LocalAssembly,
  otherBuckets: readonly string[] = [],
): Promise<Fauxqs> {
  const own = buckets.map(({ name }) => name);
  const setup: FauxqsSetup = {
    region: place.region,
    queues,
    topics,
    buckets: [...new Set([...own, ...otherBuckets])],
  };
  const worker = new Worker(new URL('./fauxqs-worker.ts', import.meta.url), {
    workerData: setup,
    env: { NODE_NO_WARNINGS: '1' },
  });
  const [port] = (await once(worker, 'message')) as [number];
  worker.unref();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      await worker.terminate();
    },
  };
}
