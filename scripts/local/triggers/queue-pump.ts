import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Activity } from '../activity.ts';
import type { MappingSpec } from '../assembly/local-assembly.ts';
import { Pump } from './pump.ts';

export interface QueuePumpDeps {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly region: string;
  readonly mapping: MappingSpec;
  readonly activity: Activity;
  readonly invoke: (event: unknown) => Promise<{ ok: boolean; payload?: unknown }>;
}

/** One event source mapping of a queue: failed messages come back at once, until the queue's redrive takes them. */
export class QueuePump {
  readonly #deps: QueuePumpDeps;
  readonly #pump: Pump;
  #removed = false;

  constructor(deps: QueuePumpDeps) {
    this.#deps = deps;
    this.#pump = new Pump(deps.activity, () => this.#drain());
  }

  /** Ends if this is the mapping. */
  removeIf(id: string): void {
    if (this.#deps.mapping.id === id) this.#removed = true;
  }

  trigger(): void {
    if (this.#deps.mapping.enabled && !this.#removed) this.#pump.trigger();
  }

  async #drain(): Promise<boolean> {
    const { client, queueUrl, mapping, invoke } = this.#deps;
    if (this.#removed) return false;
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, mapping.batchSize),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) return false;
    const result = await invoke({ Records: messages.map((message) => this.#record(message)) });
    const failed = result.ok
      ? this.#reported(result.payload)
      : new Set(messages.map(({ MessageId }) => MessageId));
    for (const { MessageId, ReceiptHandle } of messages) {
      const handle = { QueueUrl: queueUrl, ReceiptHandle };
      if (failed.has(MessageId) || failed.has('')) {
        await client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
      } else {
        await client.send(new DeleteMessageCommand(handle));
      }
    }
    return true;
  }

  /** An empty identifier fails the whole batch, as in AWS. */
  #reported(payload: unknown): Set<string | undefined> {
    if (!this.#deps.mapping.reportBatchItemFailures) return new Set();
    const failures =
      (payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
    return new Set(failures.map(({ itemIdentifier }) => itemIdentifier ?? ''));
  }

  #record({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes }: Message): object {
    const attributes = Object.entries(MessageAttributes ?? {}).map(
      ([name, value]) => [name, { stringValue: value.StringValue, dataType: value.DataType }] as const,
    );
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes ?? {},
      messageAttributes: Object.fromEntries(attributes),
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#deps.mapping.sourceArn,
      awsRegion: this.#deps.region,
    };
  }
}
