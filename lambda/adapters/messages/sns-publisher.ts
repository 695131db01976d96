import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Message, Publisher } from '../../use-cases/ports/messages.ts';

/** Who reads JSON: SNS gives each protocol its own form. `email-json` wraps it once more. */
const machines = ['lambda', 'sqs', 'http', 'https', 'firehose', 'email-json'] as const;

/** Sends what is critical to its own topic, so that it can page people while the rest only informs them. */
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

  async publish({ subject, body, critical, attributes, forms }: Message): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: critical ? this.#topics.critical : this.#topics.alerts,
        Subject: subject,
        ...(forms === undefined
          ? { Message: body }
          : { MessageStructure: 'json', Message: structured(body, forms) }),
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

function structured(body: string, { sms, json }: NonNullable<Message['forms']>): string {
  const data = JSON.stringify(json);
  return JSON.stringify({
    default: body,
    email: body,
    sms,
    ...Object.fromEntries(machines.map((protocol) => [protocol, data])),
  });
}
