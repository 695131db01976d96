import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { fauxqsAccount, queueName } from '../fauxqs-names.ts';

/** Sends messages in the name of AWS services: not a caller whose permissions the gateway knows. */
export class MessageSender {
  readonly #client: SQSClient;
  readonly #endpoint: string;
  readonly #sent: (queueName: string) => void;

  /** @param sent is told the queue that has a new message */
  constructor(client: SQSClient, endpoint: string, sent: (queueName: string) => void) {
    this.#client = client;
    this.#endpoint = endpoint;
    this.#sent = sent;
  }

  /** @throws Error where the destination is no queue */
  async send(queueArn: string, body: string): Promise<void> {
    if (!queueArn.includes(':sqs:')) {
      throw new Error(
        `The local stack cannot send to ${queueArn}: only queues are imitated as destinations.`,
      );
    }
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.urlOf(queueArn), MessageBody: body }));
    this.#sent(queueName(queueArn));
  }

  urlOf(queueArn: string): string {
    return `${this.#endpoint}/${fauxqsAccount}/${queueName(queueArn)}`;
  }
}
