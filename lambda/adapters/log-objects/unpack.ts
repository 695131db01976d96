import { createGunzip } from 'node:zlib';

/** What was packed cannot be unpacked (any further): it was cut off or changed. */
export class DamagedPackingError extends Error {
  override name = 'DamagedPackingError';
}

/** So much is unpacked at a time; gzip can make a thousand times as much of it. */
const sliceBytes = 4_096;

/**
 * Bytes as they are, gunzipped where the first two say that it is gzip: suffixes lie. Several members are read one
 * after the other. All that can be unpacked comes out before the error does.
 * @throws DamagedPackingError, or what the source throws, unchanged: that one may do better another time.
 */
export async function* unpack(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let members: Members | undefined;
  let head: Buffer | undefined;
  for await (const given of source) {
    let chunk = given;
    if (head === undefined || head.length < 2) {
      head = Buffer.concat([head ?? Buffer.alloc(0), chunk]);
      if (head.length < 2) continue;
      chunk = head;
      if (head[0] === 0x1f && head[1] === 0x8b) members = new Members();
    }
    if (members) yield* members.feed(chunk);
    else yield chunk;
  }
  if (members) yield* members.end();
  else if (head?.length === 1) yield head;
}

/**
 * zlib drops what a slice gave before its fault, up to the fault. So a second one goes ahead and finds the slice that
 * has one, and that slice is unpacked byte by byte.
 */
class Members {
  readonly #ahead = new Gunzip();
  readonly #gunzip = new Gunzip();

  async *feed(chunk: Buffer): AsyncGenerator<Buffer> {
    for (let start = 0; start < chunk.length; start += sliceBytes) {
      const slice = chunk.subarray(start, start + sliceBytes);
      await this.#ahead.write(slice);
      this.#ahead.take();
      const step = this.#ahead.failure ? 1 : slice.length;
      for (let from = 0; from < slice.length; from += step) {
        await this.#gunzip.write(slice.subarray(from, from + step));
        yield* this.#taken();
      }
    }
  }

  async *end(): AsyncGenerator<Buffer> {
    await this.#gunzip.end();
    yield* this.#taken();
  }

  *#taken(): Generator<Buffer> {
    yield* this.#gunzip.take();
    const { failure: cause } = this.#gunzip;
    if (cause) throw new DamagedPackingError('The rest cannot be unpacked.', { cause });
  }
}

/** Node's stream, used one write at a time. */
class Gunzip {
  failure: Error | undefined;
  readonly #stream = createGunzip();
  #unpacked: Buffer[] = [];

  constructor() {
    this.#stream.on('data', (chunk: Buffer) => this.#unpacked.push(chunk));
    this.#stream.on('error', (error) => {
      this.failure = error;
    });
  }

  write(bytes: Buffer): Promise<void> {
    return this.#settled((done) => this.#stream.write(bytes, done));
  }

  end(): Promise<void> {
    return this.#settled(() => this.#stream.end());
  }

  /** What has been unpacked since the last time. */
  take(): Buffer[] {
    return this.#unpacked.splice(0);
  }

  /** Until the work calls back, or the stream has closed: a write that fails does not always call back. */
  #settled(work: (done: () => void) => unknown): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('close', done);
        resolve();
      };
      this.#stream.on('close', done);
      work(done);
    });
  }
}
