import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';

/** Partition and sort key of the item that changed. */
export function keysOf(record: DynamoDBRecord): { readonly pk: string; readonly sk: string } {
  const keys = record.dynamodb?.Keys;
  return { pk: keys?.['pk']?.S ?? '', sk: keys?.['sk']?.S ?? '' };
}

/**
 * Handles records one after the other and stops at the first failure: the stream goes on from there, so that order is
 * kept. `report` gets the error and whose record it was, because Lambda shows only the position.
 */
export async function inOrder(
  records: readonly DynamoDBRecord[],
  handle: (record: DynamoDBRecord) => Promise<void>,
  report: (error: unknown, principal: string) => void,
): Promise<DynamoDBBatchResponse> {
  for (const record of records) {
    try {
      await handle(record);
    } catch (error) {
      report(error, keysOf(record).pk);
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}
