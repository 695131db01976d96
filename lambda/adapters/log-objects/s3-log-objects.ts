import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ObjectLine } from '../../domain/metering/object-line.ts';
import { LineSplitter } from './line-splitter.ts';
import { DamagedPackingError, unpack } from './unpack.ts';

/**
 * Bedrock keeps bodies above 100 KB out of its records, so a real line is far shorter. The parser needs up to sixty
 * times this for a hostile one, which has to fit into the function's memory.
 */
export const longestLineBytes = 8 * 2 ** 20;

/** The connection gave less than the object has: another time it may be whole. */
export class CutTransferError extends Error {
  override name = 'CutTransferError';
}

/** Reads log objects line by line, in bounded memory. */
export class S3LogObjects {
  readonly #client: S3Client;
  readonly #owner: string | undefined;

  /** @param owner account of the buckets: another account's bucket of the same name is refused. @default any */
  constructor(client = new S3Client({ maxAttempts: 6 }), owner?: string) {
    this.#client = client;
    this.#owner = owner;
  }

  /** What is wrong with the object is a line of its own kind. @throws what S3 or the connection may do better next time */
  async *lines(bucket: string, key: string): AsyncGenerator<ObjectLine> {
    const { Body, ETag, ContentLength } = await this.#client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: this.#owner }),
    );
    if (!(Body instanceof Readable)) return;
    const sha256 = createHash('sha256').update(`s3://${bucket}/${key} ${ETag}`).digest('hex');
    yield* linesOf(whole(Body, ContentLength), sha256);
  }
}

/** @param sha256 of a damaged object */
export async function* linesOf(source: AsyncIterable<Buffer>, sha256: string): AsyncGenerator<ObjectLine> {
  const splitter = new LineSplitter(longestLineBytes);
  try {
    for await (const chunk of unpack(source)) yield* splitter.push(chunk);
  } catch (error) {
    if (!(error instanceof DamagedPackingError)) throw error;
    yield* splitter.cut(sha256);
    return;
  }
  yield* splitter.end();
}

async function* whole(body: Readable, bytes: number | undefined): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    yield chunk;
  }
  if (bytes !== undefined && received < bytes) {
    throw new CutTransferError(`S3 sent ${received} of ${bytes} bytes: the object is read again.`);
  }
}
