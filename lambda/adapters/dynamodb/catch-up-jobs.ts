import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { CatchUp } from '../../domain/control/catch-up.ts';
import type { CatchUpJob, CatchUpJobs } from '../../use-cases/ports/ledger.ts';
import { catchUpPrefix, catchUpShard, dueIndex } from './keys.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** A new piece of work, due at once; written with the state that knows of it. */
export const catchUpItem = (
  subject: string,
  version: number,
  { names, since }: Omit<CatchUp, 'subject'>,
): Item => ({
  pk: subject,
  sk: `${catchUpPrefix}${String(version).padStart(12, '0')}`,
  v: storedVersion,
  names,
  since: since.toISOString(),
  dueShard: catchUpShard,
  dueAt: since.toISOString(),
});

/** What is to be caught up on: items in a partition of their own of the due index. */
export class DynamoDbCatchUpJobs implements CatchUpJobs {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async waiting(now: Date): Promise<boolean> {
    const { Items = [] } = await this.#client.send(new QueryCommand({ ...this.#dueBy(now), Limit: 1 }));
    return Items.length > 0;
  }

  /** Names of the windows of one subject whose first pass is not over, for people who ask. */
  async underWay(subject: string, now: Date): Promise<readonly string[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :subject AND begins_with(sk, :prefix)',
        FilterExpression: 'dueAt <= :now',
        ExpressionAttributeValues: {
          ':subject': subject,
          ':prefix': catchUpPrefix,
          ':now': now.toISOString(),
        },
      }),
    );
    return [...new Set(Items.flatMap((item) => item['names'] as string[]))];
  }

  async *due(now: Date): AsyncGenerator<readonly CatchUpJob[]> {
    const pages = paginateQuery({ client: this.#client }, this.#dueBy(now));
    for await (const { Items = [] } of pages) if (Items.length > 0) yield Items.map(jobOf);
  }

  #dueBy(now: Date): QueryCommandInput {
    return {
      TableName: this.#table,
      IndexName: dueIndex,
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': catchUpShard, ':now': now.toISOString() },
    };
  }

  async keep({ subject, id, passBegan, cursor }: CatchUpJob, dueAt: Date): Promise<void> {
    const set = { dueAt: dueAt.toISOString(), passBegan: passBegan?.toISOString(), cursor };
    const kept = Object.entries(set).filter(([, value]) => value !== undefined);
    const dropped = Object.keys(set).filter((name) => set[name as keyof typeof set] === undefined);
    const remove = dropped.length === 0 ? '' : ` REMOVE ${dropped.map((name) => `#${name}`).join(', ')}`;
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { pk: subject, sk: catchUpPrefix + id },
          UpdateExpression: `SET ${kept.map(([name]) => `#${name} = :${name}`).join(', ')}${remove}`,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: Object.fromEntries(Object.keys(set).map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
        }),
      );
    } catch (error) {
      // Another run has ended it meanwhile.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async remove({ subject, id }: CatchUpJob): Promise<void> {
    const Key = { pk: subject, sk: catchUpPrefix + id };
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key }));
  }
}

function jobOf(item: Item): CatchUpJob {
  const { passBegan, cursor } = versioned('catch-up', item);
  return {
    subject: String(item['pk']),
    id: String(item['sk']).slice(catchUpPrefix.length),
    names: item['names'] as string[],
    since: new Date(String(item['since'])),
    passBegan: passBegan === undefined ? undefined : new Date(String(passBegan)),
    cursor: cursor as string | undefined,
  };
}
