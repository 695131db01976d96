import { createInterface } from 'node:readline';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Reads log objects line by line, in bounded memory. */
export class S3LogObjects {
  readonly #client: S3Client;

  constructor(client = new S3Client({ maxAttempts: 6 })) {
    this.#client = client;
  }

  async *lines(bucket: string, key: string): AsyncGenerator<string> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body instanceof Readable) yield* linesOf(Body);
  }
}

/** Lines of a log stream, gunzipped where its first bytes say that it is gzip: suffixes lie. Several members are read. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const head = Buffer.from(first.value);
  const whole = Readable.from(
    (async function* () {
      yield head;
      for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) yield chunk;
    })(),
  );
  const plain = head[0] === 0x1f && head[1] === 0x8b ? createGunzip() : new PassThrough();
  // A failure ends the line reader through the destroyed stream; the loop below throws it.
  let failure: Error | null | undefined;
  pipeline(whole, plain, (error) => {
    failure = error;
  });
  for await (const line of createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield line;
  }
  if (failure) throw failure;
}
