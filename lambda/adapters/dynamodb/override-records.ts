import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Clock } from '../../use-cases/ports/time.ts';
import {
  OtherOrderError,
  type OverrideRecord,
  type OverrideRecords,
} from '../../use-cases/ports/workflows.ts';
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
    const Item = { ...keyOf(execution), requestedBy, callerArn, digest, expiresAt };
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item,
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // An answer was lost, and the request came again: what stands there, and a token in it, stays.
      const found = unmarshall(error.Item ?? {});
      if (found['digest'] !== digest || found['requestedBy'] !== requestedBy) {
        throw new OtherOrderError(`${execution} is another order.`, { cause: error });
      }
    }
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
