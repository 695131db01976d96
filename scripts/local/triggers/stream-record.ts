import type { RawRecord } from './stream-reader.ts';

/** One record of a stream as Lambda gives it to a function. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  /** Where a failed batch is said to stand; functions do not look at it. */
  readonly shard?: string | undefined;
  readonly dynamodb: Readonly<Record<string, unknown>> & { readonly SequenceNumber: string };
}

type Json = Readonly<Record<string, unknown>>;

/** DynamoDB Local's streams write an empty map as an attribute without a type. */
function mended(attribute: Json): Json {
  const [[type, value] = ['M', {}]] = Object.entries(attribute);
  if (type === 'M') return { M: mendedItem(value as Json) };
  if (type === 'L') return { L: (value as readonly Json[]).map(mended) };
  return attribute;
}

const mendedItem = (item: Json): Json =>
  Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, mended(attribute as Json)]));

/**
 * Fills what DynamoDB Local leaves out or gets wrong: region, stream ARN, and the creation time, which it cuts to the
 * minute of the real clock.
 */
export function streamRecord(record: RawRecord, streamArn: string, region: string, now: Date): StreamRecord {
  return {
    eventID: record.eventID ?? record.dynamodb.SequenceNumber,
    eventName: record.eventName ?? 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: streamArn,
    shard: record.shard,
    dynamodb: {
      ...record.dynamodb,
      ...Object.fromEntries(
        (['Keys', 'NewImage', 'OldImage'] as const)
          .filter((image) => record.dynamodb[image] !== undefined)
          .map((image) => [image, mendedItem(record.dynamodb[image] as Json)]),
      ),
      ApproximateCreationDateTime: Math.floor(now.getTime() / 1000),
    },
  };
}
