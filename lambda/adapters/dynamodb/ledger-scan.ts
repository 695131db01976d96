import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import { ledgerEntryOf } from './ledger-items.ts';
import { versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

export interface LedgerSearch {
  readonly table: string;
  /** Calls from this time on (ISO 8601 UTC), and before that one. */
  readonly from: string;
  readonly to: string;
  /** Read capacity units a second that may be used up; metering shares the table. */
  readonly unitsPerSecond: number;
}

/** Which items of the period are wanted. */
interface Wanted {
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

const scannedAtOnce = 500;

/** Entries at a ceiling price, in portions: for whoever gives them a price that has become known. */
export const ceilingEntries = (
  client: DynamoDBDocumentClient,
  search: LedgerSearch,
  sleep: Sleep,
): AsyncGenerator<readonly LedgerEntry[]> =>
  entries(client, search, sleep, {
    condition: '#quality = :ceiling',
    names: { '#quality': 'quality' },
    values: { ':ceiling': 'ceiling' },
  });

/** All posted calls, in portions; usage events are none. */
export const postedEntries = (
  client: DynamoDBDocumentClient,
  search: LedgerSearch,
  sleep: Sleep,
): AsyncGenerator<readonly LedgerEntry[]> =>
  entries(client, search, sleep, { condition: 'attribute_exists(requestId)' });

/** All that has a cost, in portions: calls, and the usage events of trusted sources. */
export const spendingItems = (
  client: DynamoDBDocumentClient,
  search: LedgerSearch,
  sleep: Sleep,
): AsyncGenerator<readonly Item[]> =>
  scan(client, search, sleep, {
    condition: 'attribute_exists(windows) AND (attribute_not_exists(trusted) OR trusted = :true)',
    values: { ':true': true },
  });

async function* entries(...search: Parameters<typeof scan>): AsyncGenerator<readonly LedgerEntry[]> {
  for await (const items of scan(...search)) yield items.map(ledgerEntryOf);
}

/**
 * Reads the whole ledger, paced: for a command that an operator runs now and then, never for a function. An index would
 * be paid for all year.
 */
async function* scan(
  client: DynamoDBDocumentClient,
  { table, from, to, unitsPerSecond }: LedgerSearch,
  sleep: Sleep,
  { condition, names, values }: Wanted,
): AsyncGenerator<readonly Item[]> {
  const pages = paginateScan(
    { client, pageSize: scannedAtOnce },
    {
      TableName: table,
      FilterExpression: `${condition} AND #timestamp >= :from AND #timestamp < :to`,
      ExpressionAttributeNames: { ...names, '#timestamp': 'timestamp' },
      ExpressionAttributeValues: { ...values, ':from': from, ':to': to },
      ReturnConsumedCapacity: 'TOTAL',
    },
  );
  for await (const { Items = [], ConsumedCapacity } of pages) {
    if (Items.length > 0) yield Items.map((item) => versioned('ledger item', item));
    await sleep(((ConsumedCapacity?.CapacityUnits ?? 0) / unitsPerSecond) * 1000);
  }
}
