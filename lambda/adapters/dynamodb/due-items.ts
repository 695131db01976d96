import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { DueItem, ListedPrincipal, OutboxAction } from '../../use-cases/ports/subjects.ts';
import { dueIndex, dueShards, outboxPrefix, principalShard } from './keys.ts';
import { versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Items in one page of the due index. */
const pageSize = 250;

/** What is due by then, a page at a time. */
export async function* dueItems(
  client: DynamoDBDocumentClient,
  table: string,
  now: Date,
): AsyncGenerator<readonly DueItem[]> {
  // Another shard comes first each minute, so that one full of failures cannot keep the others waiting.
  const first = now.getUTCMinutes() % dueShards.length;
  for (const shard of [...dueShards.slice(first), ...dueShards.slice(0, first)]) {
    const pages = paginateQuery(
      { client, pageSize },
      {
        TableName: table,
        IndexName: dueIndex,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': now.toISOString() },
      },
    );
    for await (const { Items = [] } of pages) if (Items.length > 0) yield Items.map(dueItem);
  }
}

/** All principals, those with the highest burn rates first. @param cursor of the last one that was read, or empty */
export async function* listedPrincipals(
  client: DynamoDBDocumentClient,
  table: string,
  cursor: string,
): AsyncGenerator<readonly ListedPrincipal[]> {
  const pages = paginateQuery(
    { client, pageSize, ...(cursor !== '' && { startingToken: JSON.parse(cursor) as Item }) },
    {
      TableName: table,
      IndexName: dueIndex,
      KeyConditionExpression: 'dueShard = :shard',
      ExpressionAttributeValues: { ':shard': principalShard },
      ScanIndexForward: false,
    },
  );
  for await (const { Items = [] } of pages) {
    yield Items.map(({ pk, sk, dueShard: shard, dueAt }) => ({
      subject: String(pk),
      // DynamoDB continues after the item with these keys.
      cursor: JSON.stringify({ pk, sk, dueShard: shard, dueAt }),
    }));
  }
}

function dueItem(item: Item): DueItem {
  const subject = String(item['pk']);
  const sk = String(item['sk']);
  if (!sk.startsWith(outboxPrefix)) return { kind: 'evaluate', subject };
  const { action } = versioned('outbox item', item);
  return {
    kind: 'outbox',
    subject,
    id: sk.slice(outboxPrefix.length),
    action: action as OutboxAction,
  };
}
