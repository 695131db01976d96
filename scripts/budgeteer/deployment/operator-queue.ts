import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsAccess } from './deployment.ts';

/** SQS takes so many messages, and so many bytes, in one request. */
const batchSize = 10;
const batchBytes = 250_000;
/** Nobody else may take what is being moved meanwhile. */
const holdSeconds = 60;

/** SQS kept some messages of a batch back; they are where they were. */
export class QueueRefusedError extends Error {
  override name = 'QueueRefusedError';
}

/** One queue of the deployment. */
export class OperatorQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  private constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  static async open(name: string, aws: AwsAccess): Promise<OperatorQueue> {
    // The queue's own URL would lead past an endpoint that stands in for AWS.
    const client = new SQSClient({ ...aws, maxAttempts: 6, useQueueUrlAsEndpoint: false });
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    return new OperatorQueue(client, QueueUrl);
  }

  /** Sends all, in as few requests as SQS allows. @returns the ids they have now. @throws QueueRefusedError */
  async send(bodies: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const batch of batchesOf(bodies)) {
      const { Successful = [], Failed = [] } = await this.#client.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#url,
          Entries: batch.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      );
      ids.push(...Successful.map(({ MessageId = '' }) => MessageId));
      if (Failed.length > 0) {
        throw new QueueRefusedError(
          `SQS took ${ids.length} messages and refused ${Failed.length} (${Failed[0]?.Message}): do it again, what was sent counts once.`,
        );
      }
    }
    return ids;
  }

  /** Up to ten messages, which are ours for a minute. */
  async receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: holdSeconds,
        // A long poll asks all of SQS's servers; a short one may say that there is nothing where there is.
        WaitTimeSeconds: 1,
      }),
    );
    return Messages;
  }

  async delete(messages: readonly Message[]): Promise<void> {
    await this.#client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#url,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  }
}

function batchesOf(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last === undefined || last.length >= batchSize || bytes + size > batchBytes) {
      batches.push([body]);
      bytes = size;
    } else {
      last.push(body);
      bytes += size;
    }
  }
  return batches;
}
