import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { WebhookJob } from '../../domain/notify/channels.ts';
import type { WebhookQueue } from '../../use-cases/ports/messages.ts';

/** The queue between alerts and webhooks: a receiver that is down for hours holds up nobody else. */
export class SqsWebhookQueue implements WebhookQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(url: string, client = new SQSClient({ maxAttempts: 6, useQueueUrlAsEndpoint: false })) {
    this.#client = client;
    this.#url = url;
  }

  async send(job: WebhookJob): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(job) }),
    );
  }

  /** The message is delivered again after so many seconds. */
  async delay(receiptHandle: string, seconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#url,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }
}
