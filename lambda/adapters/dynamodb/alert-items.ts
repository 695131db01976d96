import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../../domain/control/alert.ts';
import type { Alerts } from '../../use-cases/ports.ts';
import type { Item } from './transact.ts';

export const alertItem = (alert: Alert): Item => ({
  ...alert,
  pk: alert.subject,
  sk: `${alert.window}#${alert.id}`,
});

export function alertOf(item: Item): Alert {
  const { pk: _pk, sk: _sk, sentAt: _sentAt, ...alert } = item;
  const amount = (name: string) => BigInt((alert[name] as number | bigint | undefined) ?? 0);
  return { ...(alert as unknown as Alert), spent: amount('spent'), limit: amount('limit') };
}

export class DynamoDbAlerts implements Alerts {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(subject: string, sortKey: string): Promise<{ alert: Alert; sent: boolean } | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { pk: subject, sk: sortKey }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : { alert: alertOf(Item), sent: Item['sentAt'] !== undefined };
  }

  async markSent(subject: string, sortKey: string, at: Date): Promise<void> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { pk: subject, sk: sortKey },
          UpdateExpression: 'SET sentAt = :at',
          ConditionExpression: 'attribute_not_exists(sentAt)',
          ExpressionAttributeValues: { ':at': at.toISOString() },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
