import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueSpec } from './assembly/local-assembly.ts';
import { fauxqsAccount } from './fauxqs-names.ts';

/** How many messages each queue holds, in flight or not. @param label makes the key from the queue's name */
export async function fauxqsQueueDepths(
  client: SQSClient,
  queues: readonly QueueSpec[],
  label: (name: string) => string,
): Promise<Readonly<Record<string, number>>> {
  const depths = queues.map(async ({ name }) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: `http://queue.local/${fauxqsAccount}/${name}`,
        AttributeNames: ['All'],
      }),
    );
    const waiting = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
    return [label(name), waiting + Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0)] as const;
  });
  return Object.fromEntries(await Promise.all(depths));
}
