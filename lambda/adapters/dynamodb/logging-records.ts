import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { LoggingConfig, LoggingRecord } from '../../domain/logging/logging-config.ts';
import type { LoggingRecords } from '../../use-cases/ports/upkeep.ts';

/** No subject: this partition is the deployment's own, and the function's role may touch no other. */
const key = { pk: 'deployment', sk: 'LOGGING' } as const;

/** What the deployment found of invocation logging, in the table that outlives it. */
export class DynamoDbLoggingRecords implements LoggingRecords {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(): Promise<LoggingRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    return {
      before: Item['before'] as LoggingConfig | undefined,
      applied: Item['applied'] as LoggingConfig[],
    };
  }

  async save({ before, applied }: LoggingRecord): Promise<void> {
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...key, ...(before && { before }), applied } }),
    );
  }

  async remove(): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: key }));
  }
}
