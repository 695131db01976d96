import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { Sleep } from '../../use-cases/ports.ts';
import { ledgerEntryOf } from './ledger-items.ts';

export interface CeilingSearch {
  readonly table: string;
  /** Calls from this time on (ISO 8601 UTC), and before that one. */
  readonly from: string;
  readonly to: string;
  /** Read capacity units a second that may be used up; metering shares the table. */
  readonly unitsPerSecond: number;
}

const scannedAtOnce = 500;

/**
 * Entries at a ceiling price, in portions. It reads the whole ledger, paced: for a command that an operator runs when a
 * price has become known, never for a function. An index would be paid for all year.
 */
export async function* ceilingEntries(
  client: DynamoDBDocumentClient,
  { table, from, to, unitsPerSecond }: CeilingSearch,
  sleep: Sleep,
): AsyncGenerator<readonly LedgerEntry[]> {
  const pages = paginateScan(
    { client, pageSize: scannedAtOnce },
    {
      TableName: table,
      FilterExpression: '#quality = :ceiling AND #timestamp >= :from AND #timestamp < :to',
      ExpressionAttributeNames: { '#quality': 'quality', '#timestamp': 'timestamp' },
      ExpressionAttributeValues: { ':ceiling': 'ceiling', ':from': from, ':to': to },
      ReturnConsumedCapacity: 'TOTAL',
    },
  );
  for await (const { Items = [], ConsumedCapacity } of pages) {
    if (Items.length > 0) yield Items.map(ledgerEntryOf);
    await sleep(((ConsumedCapacity?.CapacityUnits ?? 0) / unitsPerSecond) * 1000);
  }
}
