import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Sleep } from '../../use-cases/ports/time.ts';
import { wrapNumbers } from './client.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
export type Item = Record<string, unknown>;

/** DynamoDB allows no more in one transaction. */
export const maxTransactItems = 100;

/** The table stays too busy for a transaction; whoever triggered the work tries again. */
export class TableBusyError extends Error {
  override name = 'TableBusyError';
}

const attempts = 12;
const baseDelayMs = 20;
const maxDelayMs = 1_500;
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** An item whose condition failed; `found` is what stands there, where the item asked for it (ALL_OLD). */
export interface RefusedItem {
  readonly index: number;
  readonly found: Item | undefined;
}

/**
 * Writes all items or none. Answers the items whose condition failed; none means that all is written. Conflicts
 * and throttles are retried with full jitter: waits add up to 10 s at most, 5 s in the mean. The SDK does not retry a cancelled
 * transaction.
 * @throws TableBusyError when they do not pass.
 */
export async function transactWrite(
  client: DynamoDBDocumentClient,
  items: readonly TransactItem[],
  sleep: Sleep,
): Promise<readonly RefusedItem[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [...items] }));
      return [];
    } catch (error) {
      const reasons = reasonsOf(error);
      const refused = reasons.flatMap(({ Code, Item: found }, index) =>
        Code === 'ConditionalCheckFailed'
          ? [{ index, found: found && unmarshall(found, { wrapNumbers }) }]
          : [],
      );
      if (refused.length > 0) return refused;
      const codes = reasons.map(({ Code }) => Code ?? 'None');
      if (!codes.some((code) => passing.has(code))) throw error;
      if (attempt >= attempts) {
        throw new TableBusyError(`A transaction of ${items.length} items met conflicts ${attempts} times.`, {
          cause: error,
        });
      }
      await sleep(Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt));
    }
  }
}

/** The document client leaves the items in an error as they are. */
function reasonsOf(error: unknown): readonly CancellationReason[] {
  if (error instanceof TransactionCanceledException) return error.CancellationReasons ?? [];
  return error instanceof Error && error.name === 'TransactionInProgressException'
    ? [{ Code: 'TransactionConflict' }]
    : [];
}

/** DynamoDB reads no more keys in one request. */
const maxBatchGet = 100;

/** Reads items by key, also beyond one batch and through throttled rests. The order is not that of the keys. */
export async function batchGet(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly { readonly pk: string; readonly sk: string }[],
  sleep: Sleep,
  options: { readonly consistent: boolean; readonly attributes?: string },
): Promise<Item[]> {
  const found: Item[] = [];
  for (let start = 0; start < keys.length; start += maxBatchGet) {
    let rest: Item[] = keys.slice(start, start + maxBatchGet).map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 1; rest.length > 0; attempt++) {
      const answer = await client.send(
        new BatchGetCommand({
          RequestItems: {
            [table]: {
              Keys: rest,
              ConsistentRead: options.consistent,
              ...(options.attributes === undefined ? {} : { ProjectionExpression: options.attributes }),
            },
          },
        }),
      );
      found.push(...(answer.Responses?.[table] ?? []));
      rest = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      if (rest.length === 0) break;
      if (attempt >= attempts) throw new TableBusyError(`${rest.length} keys of ${table} stayed unread.`);
      await sleep(Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt));
    }
  }
  return found;
}
