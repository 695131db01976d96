import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../use-cases/ports/time.ts';
import type { OverrideRecord, OverrideRecords } from '../../use-cases/ports/workflows.ts';
import { overridePartition } from './keys.ts';

/** As long as Step Functions remembers an execution's name. */
const keptDays = 90;

/** Of each execution of the override machine: what the front door saw, and the token while it waits. */
export class DynamoDbOverrideRecords implements OverrideRecords {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async find(execution: string): Promise<OverrideRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: keyOf(execution), ConsistentRead: true }),
    );
    if (Item?.['requestedBy'] === undefined) return undefined;
    // DynamoDB may be days late with what is over, and by then the name may stand for another execution.
    if (Number(Item['expiresAt']) * 1000 <= this.#clock().getTime()) return undefined;
    const { requestedBy, callerArn, digest, token } = Item as OverrideRecord;
    return { requestedBy, callerArn, digest, token };
  }

  async keep(execution: string, { requestedBy, callerArn, digest }: OverrideRecord): Promise<void> {
    const expiresAt = Math.floor(this.#clock().getTime() / 1000) + keptDays * 86_400;
    await this.#client.send(
      new PutCommand({
        TableName: this.#table,
        Item: { ...keyOf(execution), requestedBy, callerArn, digest, expiresAt },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  }

  async keepToken(execution: string, token: string): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(execution),
        // A token without a verified request is of no use to anyone.
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: 'SET #token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': token },
      }),
    );
  }
}

const keyOf = (execution: string) => ({ pk: overridePartition + execution, sk: 'REQUEST' });
