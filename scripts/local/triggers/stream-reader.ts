/** A record as the stream gives it, in DynamoDB's own JSON. */
export interface RawRecord {
  readonly eventID?: string;
  readonly eventName?: string;
  readonly dynamodb: Readonly<Record<string, unknown>> & { readonly SequenceNumber: string };
  /** The shard that it was read from. */
  readonly shard?: string;
}

interface Shard {
  readonly id: string;
  /** Absent once the shard is closed and read to its end. */
  iterator: string | undefined;
  /** Sequence number of the last record that was read. */
  last?: string;
}

/**
 * Reads a table's stream from its beginning, each record once.
 *
 * By plain HTTP, not by the SDK: a function gets DynamoDB's JSON as it is.
 */
export class StreamReader {
  readonly #endpoint: string;
  readonly #tableName: string;
  #streamArn = '';
  #shards: Shard[] | undefined;

  constructor(endpoint: string, tableName: string) {
    this.#endpoint = endpoint;
    this.#tableName = tableName;
  }

  /** The next records of each shard, in order; none where all that came since the last call has been read. */
  async read(): Promise<readonly RawRecord[]> {
    this.#shards ??= await this.#open();
    const found: RawRecord[] = [];
    for (const shard of this.#shards) {
      if (!shard.iterator) continue;
      const { Records = [], NextShardIterator } = await this.#records(shard);
      shard.iterator = NextShardIterator;
      const last = Records.at(-1)?.dynamodb.SequenceNumber;
      if (last !== undefined) shard.last = last;
      found.push(...Records.map((record) => ({ ...record, shard: shard.id })));
    }
    return found;
  }

  async #open(): Promise<Shard[]> {
    const streams = await this.#call<{ Streams: { StreamArn: string }[] }>('ListStreams', {
      TableName: this.#tableName,
    });
    this.#streamArn = streams.Streams[0]?.StreamArn ?? '';
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn: this.#streamArn },
    );
    return Promise.all(
      StreamDescription.Shards.map(async ({ ShardId }) => ({
        id: ShardId,
        iterator: await this.#iterator(ShardId, undefined),
      })),
    );
  }

  /** DynamoDB Local calls an iterator trimmed that was made before the stream's first record: a new one is not. */
  async #records(shard: Shard): Promise<{ Records?: RawRecord[]; NextShardIterator?: string }> {
    try {
      return await this.#call('GetRecords', { ShardIterator: shard.iterator, Limit: 1000 });
    } catch (error) {
      if (!String(error).includes('TrimmedDataAccessException')) throw error;
      const ShardIterator = await this.#iterator(shard.id, shard.last);
      return this.#call('GetRecords', { ShardIterator, Limit: 1000 });
    }
  }

  async #iterator(ShardId: string, after: string | undefined): Promise<string> {
    const { ShardIterator } = await this.#call<{ ShardIterator: string }>('GetShardIterator', {
      StreamArn: this.#streamArn,
      ShardId,
      ...(after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
    });
    return ShardIterator;
  }

  async #call<T>(operation: string, input: object): Promise<T> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The stand-in for DynamoDB refused ${operation} of ${this.#tableName}: ${text}`);
    return JSON.parse(text) as T;
  }
}
