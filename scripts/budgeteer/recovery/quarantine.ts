import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../deployment/deployment.ts';

/** A line that ingest could not read: where it stands, never the line itself. */
export interface QuarantinedPointer {
  readonly pk: string;
  readonly sk: string;
  readonly source: string;
  readonly reason: string;
  readonly at: string;
}

const dayMs = 86_400_000;

/** Pointers that arrived today and on the `days` UTC days before, oldest first. */
export async function readQuarantine(
  days: number,
  { client, tables, clock }: Pick<Deployment, 'client' | 'tables' | 'clock'>,
): Promise<QuarantinedPointer[]> {
  const found: QuarantinedPointer[] = [];
  const now = clock().getTime();
  for (let back = days; back >= 0; back--) {
    const day = new Date(now - back * dayMs).toISOString().slice(0, 10);
    const pages = paginateQuery(
      { client },
      {
        TableName: tables.ledger,
        KeyConditionExpression: 'pk = :day',
        ExpressionAttributeValues: { ':day': `quarantine#${day}` },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) found.push(...(Items as unknown as QuarantinedPointer[]));
  }
  return found;
}

/** Takes a pointer away once its line is on its way again; one that was written anew meanwhile stays. */
export async function forgetPointer(
  { pk, sk, at }: QuarantinedPointer,
  { client, tables }: Pick<Deployment, 'client' | 'tables'>,
): Promise<void> {
  try {
    await client.send(
      new DeleteCommand({
        TableName: tables.ledger,
        Key: { pk, sk },
        ConditionExpression: '#at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': at },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
