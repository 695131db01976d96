import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Message, Publisher } from '../use-cases/ports.ts';

/** Sends what is critical to its own topic, so that it can wake people while the rest only informs them. */
export class SnsPublisher implements Publisher {
  readonly #client: SNSClient;
  readonly #topics: { readonly alerts: string; readonly critical: string };

  constructor(
    topics: { readonly alerts: string; readonly critical: string },
    client = new SNSClient({ maxAttempts: 6 }),
  ) {
    this.#client = client;
    this.#topics = topics;
  }

  async publish({ subject, body, critical, attributes }: Message): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: critical ? this.#topics.critical : this.#topics.alerts,
        Subject: subject,
        Message: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    );
  }
}
