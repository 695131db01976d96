import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../scripts/run/plan.ts';
import { readLines } from '../../scripts/run/read-lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function linesOf(content: string | Buffer): string[] {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return readLines(path);
}

const record = (requestId: string, more: object = {}) => JSON.stringify({ requestId, ...more });
const [one, two] = [record('1'), record('2')];
const envelope = (messages: readonly string[], messageType = 'DATA_MESSAGE') => ({
  messageType,
  logGroup: 'g',
  logStream: 's',
  logEvents: messages.map((message, index) => ({ id: `${index}`, timestamp: 0, message })),
});
const packed = (document: unknown) => ({
  awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') },
});

describe('the lines of a log file', () => {
  it.each<[string, string | Buffer]>([
    ['one a line', `${one}\n${two}\n`],
    ['without a newline at the end', `${one}\n${two}`],
    ['with the ends of lines of Windows, and a mark of its encoding', `\uFEFF${one}\r\n\r\n${two}\r\n`],
    ['gzipped in members', Buffer.concat([gzipSync(`${one}\n`), gzipSync(two)])],
    [
      'gzipped in members that cut a line',
      Buffer.concat([gzipSync(`${one}\n${two.slice(0, 5)}`), gzipSync(two.slice(5))]),
    ],
    ['a document of several', JSON.stringify([JSON.parse(one), two], undefined, 2)],
    ['an event of a subscription', JSON.stringify(packed(envelope([one, two])), undefined, 2)],
    [
      'deliveries that Firehose wrote',
      `${JSON.stringify(envelope([one]))}\n${JSON.stringify(envelope([two]))}\n`,
    ],
    [
      'an answer of filter-log-events',
      JSON.stringify({ events: [{ message: one }, { message: two }] }, undefined, 2),
    ],
    [
      'an answer of Logs Insights',
      JSON.stringify({
        results: [one, two].map((value) => [
          { field: '@timestamp', value: 'x' },
          { field: '@message', value },
        ]),
      }),
    ],
  ])('are the records, %s', (_, content) => {
    expect(linesOf(content)).toEqual([one, two]);
  });

  it.each([
    [
      'a record whose body looks like a delivery',
      record('3', { input: { ...envelope([one]), events: [{ message: two }] } }),
    ],
    [
      'a record that is called so at its top',
      record('3', { logEvents: [{ message: one }], messageType: 'DATA_MESSAGE' }),
    ],
    ['a heartbeat', JSON.stringify(envelope(['x'], 'CONTROL_MESSAGE'))],
    ['a document of something else', JSON.stringify({ events: [{ id: 1 }] })],
    ['data that is no gzip', JSON.stringify({ awslogs: { data: 'eA==' } })],
    ['no JSON', '{"awslogs":'],
  ])('are the line itself of %s', (_, line) => {
    expect(linesOf(line)).toEqual([line]);
  });

  it.each([
    ['is no gzip after its first bytes', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
    ['was cut off', gzipSync(`${one}\n`.repeat(500)).subarray(0, -9)],
  ])('are told to be unreadable where a file %s', (_, content) => {
    expect(() => linesOf(content)).toThrow(InputError);
  });
});
