import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import type { QueueSpec, TopicSpec } from './assembly/local-assembly.ts';
import { inFauxqs } from './fauxqs-names.ts';

export interface FauxqsSetup {
  readonly region: string;
  readonly queues: readonly QueueSpec[];
  readonly topics: readonly TopicSpec[];
  readonly buckets: readonly string[];
}

const { region, queues, topics, buckets } = workerData as FauxqsSetup;
const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, defaultRegion: region });

// A dead-letter queue has to be there before the queue that names it.
for (const queue of [...queues].sort((left, right) => Number(!!left.redrive) - Number(!!right.redrive))) {
  const redrive = queue.redrive && {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: inFauxqs(queue.redrive.deadLetterArn),
      maxReceiveCount: queue.redrive.maxReceiveCount,
    }),
  };
  const attributes = { VisibilityTimeout: String(queue.visibilityTimeoutSeconds), ...redrive };
  server.createQueue(queue.name, { region, attributes });
}
for (const { name } of topics) server.createTopic(name, { region });
for (const name of buckets) server.createBucket(name);

parentPort?.on('message', async () => {
  await server.stop();
  process.exit(0);
});
parentPort?.postMessage(server.port);
