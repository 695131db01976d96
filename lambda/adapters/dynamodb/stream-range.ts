import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { StreamRange } from '../../contracts/given-up.ts';

/** What one call of a consumer takes at once. */
const portionSize = 100;

/**
 * Reads a range of a stream again, as Lambda hands records over. A stream keeps them for 24 hours.
 * @throws TrimmedDataAccessException of DynamoDB, where they are older
 */
export async function* readStreamRange(
  { streamArn, shardId, startSequenceNumber, endSequenceNumber }: StreamRange,
  client = new DynamoDBStreamsClient({ maxAttempts: 6 }),
): AsyncGenerator<readonly unknown[]> {
  const first = await client.send(
    new GetShardIteratorCommand({
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      SequenceNumber: startSequenceNumber,
    }),
  );
  const last = BigInt(endSequenceNumber);
  for (let ShardIterator = first.ShardIterator; ShardIterator !== undefined; ) {
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator, Limit: portionSize }),
    );
    const wanted = Records.filter((record) => sequenceOf(record) <= last);
    if (wanted.length > 0) yield wanted.map((record) => ({ ...record, eventSourceARN: streamArn }));
    const reached = Records.at(-1);
    // An open shard never ends: what lies behind the range is another one's.
    if (reached !== undefined && sequenceOf(reached) >= last) return;
    ShardIterator = NextShardIterator;
  }
}

const sequenceOf = ({ dynamodb }: StreamRecord): bigint => BigInt(dynamodb?.SequenceNumber ?? 0);
