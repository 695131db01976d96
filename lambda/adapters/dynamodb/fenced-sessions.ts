import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { FencedSession } from '../../domain/deny-policies/fence-policy.ts';
import type { DenyLevel, EnforcedLevel } from '../../domain/level.ts';
import type { FencedSessions } from '../../use-cases/ports/iam.ts';
import { fencePartition } from './keys.ts';

/** Held sessions by shared role, in a partition of user-budgets of their own. */
export class DynamoDbFencedSessions implements FencedSessions {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async of(roleName: string): Promise<readonly FencedSession[]> {
    const found: FencedSession[] = [];
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :role AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':role': fencePartition + roleName, ':prefix': prefix },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      found.push(
        ...Items.map(({ sk, level }) => ({
          session: String(sk).slice(prefix.length),
          level: level as DenyLevel,
        })),
      );
    }
    return found;
  }

  async set(roleName: string, session: string, level: EnforcedLevel): Promise<void> {
    const Key = { pk: fencePartition + roleName, sk: prefix + session };
    await (level === 'none'
      ? this.#client.send(new DeleteCommand({ TableName: this.#table, Key }))
      : this.#client.send(new PutCommand({ TableName: this.#table, Item: { ...Key, level } })));
  }
}

/** Beside the lease, which is in the same partition. */
const prefix = 'SESSION#';
