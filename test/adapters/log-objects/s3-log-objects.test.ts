import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import {
  CutTransferError,
  linesOf,
  longestLineBytes,
  S3LogObjects,
} from '../../../lambda/adapters/log-objects/s3-log-objects.ts';
import type { ObjectLine } from '../../../lambda/domain/metering/object-line.ts';

// Unpacking goes through the thread pool, which others may keep busy.
jest.setTimeout(60_000);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
const read = async (bytes: Buffer, size = 65_536): Promise<ObjectLine[]> =>
  all(linesOf(chunks(bytes, size), 'hash of the object'));
/** Texts of the lines, and what became of the rest. */
const told = (lines: readonly ObjectLine[]) =>
  lines.map((line) => (line.kind === 'line' ? line.text : `${line.kind} from ${line.number}`));
const records = (count: number) =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ index, noise: Math.sin(index) }));
/** What does not shrink, so that an object of it has many blocks. */
const random = (length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => Math.floor(Math.abs(Math.sin(index * 7.3)) * 255)));

describe('A log object', () => {
  test.each<[string, Buffer, string[]]>([
    ['that is empty', Buffer.alloc(0), []],
    ['of one byte', Buffer.from('x'), ['x']],
    ['of nothing but gzip', gzipSync(''), []],
    ['that is not packed', Buffer.from('a\nb'), ['a', 'b']],
    [
      'of several gzip members',
      Buffer.concat([gzipSync('a\nb'), gzipSync('c\n'), gzipSync('d')]),
      ['a', 'bc', 'd'],
    ],
    ['of a member that is followed by padding', Buffer.concat([gzipSync('a\n'), Buffer.alloc(512)]), ['a']],
    ['with empty lines and Windows line ends', gzipSync('a\r\n\r\n\n  \nb\r\n'), ['a\r', 'b\r']],
    ['with a byte order mark', gzipSync('\u{feff}{"a":1}\n'), ['\u{feff}{"a":1}']],
    [
      'with line separators inside a text',
      gzipSync('{"a":"x\u2028y\u2029z\u0085"}\n'),
      ['{"a":"x\u2028y\u2029z\u0085"}'],
    ],
    ['with bytes that are no text', Buffer.from([0xed, 0xa0, 0x80, 0x0a, 0x61]), ['\ufffd\ufffd\ufffd', 'a']],
    ['that gzip stands only in front of', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5]), ['damaged from 1']],
    ["that ends in the middle of gzip's header", gzipSync('a').subarray(0, 5), ['damaged from 1']],
    [
      'whose second member is garbage',
      Buffer.concat([gzipSync('a\nb\n'), Buffer.from('oops')]),
      ['a', 'b', 'damaged from 3'],
    ],
    [
      'whose check sum was cut off',
      gzipSync('{"a":1}\n{"b":2}').subarray(0, -4),
      ['{"a":1}', '{"b":2}', 'damaged from 3'],
    ],
  ])('%s is read as far as it goes, however it arrives', async (_, bytes, expected) => {
    for (const size of [1, 2, 3, 7, 65_536]) expect(told(await read(bytes, size))).toEqual(expected);
  });

  test('keeps every line before the place where it was cut off, and says where that is', async () => {
    const written = records(3_000);
    const packed = gzipSync(written.join('\n'));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: packed.length - 9 }), async (cut) => {
        const lines = await read(packed.subarray(0, cut), 9_999);
        const rest = lines.at(-1);
        const texts = told(lines.slice(0, -1));
        expect(texts).toEqual(written.slice(0, texts.length));
        expect(rest).toEqual({ kind: 'damaged', number: texts.length + 1, sha256: 'hash of the object' });
        // zlib hands out nothing of a block before it has the block's tables; what came before is not lost with it.
        expect(texts.length).toBeGreaterThanOrEqual(Math.floor((written.length * cut) / packed.length) - 600);
      }),
      { numRuns: 40 },
    );
  });

  test('whose bytes were changed on the way ends there, once', async () => {
    const packed = gzipSync(Buffer.concat([random(200_000), Buffer.from('\n'), random(200_000)]));
    for (const at of [20, 5_000, packed.length - 6]) {
      const spoilt = Buffer.from(packed);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
      const kinds = (await read(spoilt)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'damaged')).toHaveLength(1);
      expect(kinds.at(-1)).toBe('damaged');
    }
  });

  test('with a line of five megabytes has it whole', async () => {
    const long = JSON.stringify({ body: 'x'.repeat(5 * 2 ** 20) });
    expect(told(await read(gzipSync(`a\n${long}\nb`)))).toEqual(['a', long, 'b']);
  });

  test('passes by a line that is longer than any record, and holds none of it', async () => {
    const chunk = Buffer.alloc(2 ** 20, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('a\n');
      for (let megabyte = 0; megabyte < 256; megabyte += 1) {
        yield chunk;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      yield Buffer.from('\nb\n');
    }
    const lines = await all(linesOf(endless(), ''));
    expect(told(lines)).toEqual(['a', 'overlong from 2', 'b']);
    expect(lines[1]).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(most).toBeLessThan(3 * longestLineBytes);
  });

  test('is told apart from another by the hash of a line that was passed by', async () => {
    const overlong = async (letter: string) => (await read(Buffer.alloc(longestLineBytes + 1, letter)))[0];
    expect(await overlong('x')).toEqual(await overlong('x'));
    expect(await overlong('x')).not.toEqual(await overlong('y'));
  });

  test('is cut into the same lines, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (texts, size, packed) => {
          const bytes = Buffer.from(texts.join('\n'));
          fc.pre(bytes[0] !== 0x1f);
          const expected = bytes
            .toString()
            .split('\n')
            .filter((text) => text.trim() !== '');
          expect(told(await read(packed ? gzipSync(bytes) : bytes, size))).toEqual(expected);
        },
      ),
    );
  });
});

describe('What S3 or the connection may do better next time is an error, and no finding about the object', () => {
  const objects = (Body: Readable, ContentLength: number) =>
    new S3LogObjects({
      send: async (command: unknown) => {
        expect(command).toBeInstanceOf(GetObjectCommand);
        return { Body, ContentLength, ETag: '"1"' };
      },
    } as unknown as S3Client);
  const packed = gzipSync(records(100).join('\n'));

  test('a connection that breaks', async () => {
    async function* breaking() {
      yield packed.subarray(0, 500);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    }
    await expect(all(objects(Readable.from(breaking()), packed.length).lines('b', 'k'))).rejects.toThrow(
      'aborted',
    );
  });

  test('an answer that is shorter than the object', async () => {
    const short = objects(Readable.from([packed.subarray(0, 500)]), packed.length);
    await expect(all(short.lines('b', 'k'))).rejects.toThrow(CutTransferError);
  });

  test('while an object that was stored cut off is damaged, with a hash of its place and version', async () => {
    const cut = packed.subarray(0, -20);
    const lines = await all(objects(Readable.from([cut]), cut.length).lines('b', 'k'));
    expect(lines.at(-1)).toMatchObject({ kind: 'damaged', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
