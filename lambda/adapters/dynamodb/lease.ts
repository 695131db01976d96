import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { errorNames } from '../../domain/control/hold-task.ts';
import type { Clock } from '../../use-cases/ports/time.ts';
import { sortKeys } from './keys.ts';

/** Someone else is at work on this subject. */
export class LeaseHeldError extends Error {
  override name = errorNames.leaseHeld;
}

/** Longer than the enforcer can run, so that only a crashed holder's lease is ever taken over. */
const leaseMs = 120_000;

interface LeaseDeps {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly clock: Clock;
}

/** Does `work` while no one else holds the subject's lease. @throws LeaseHeldError */
export async function withLease<T>(
  { client, table, clock }: LeaseDeps,
  subject: string,
  holder: string,
  work: () => Promise<T>,
): Promise<T> {
  const Key = { pk: subject, sk: sortKeys.lease };
  const now = clock().getTime();
  try {
    await client.send(
      new PutCommand({
        TableName: table,
        Item: { ...Key, holder, until: now + leaseMs },
        // The same holder's own request may arrive twice when its first answer is lost.
        ConditionExpression: 'attribute_not_exists(pk) OR #until < :now OR holder = :holder',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': now, ':holder': holder },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new LeaseHeldError(`Another enforcer is at work on ${subject}: try again shortly.`, {
      cause: error,
    });
  }
  try {
    return await work();
  } finally {
    await release({ client, table, clock }, Key, holder);
  }
}

async function release({ client, table }: LeaseDeps, Key: { pk: string; sk: string }, holder: string) {
  try {
    await client.send(
      new DeleteCommand({
        TableName: table,
        Key,
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: { ':holder': holder },
      }),
    );
  } catch (error) {
    // It ran out and belongs to another by now.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
