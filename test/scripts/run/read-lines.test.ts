import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../scripts/command-line/input-error.ts';
import { readLines } from '../../../scripts/run/read-lines.ts';

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

describe('a damaged log file', () => {
  const many = Array.from({ length: 400 }, (_, index) => record(`r-${index}`, { noise: Math.sin(index) }));
  const zip = gzipSync(many.join('\n'));
  const spoilt = Buffer.from(zip);
  spoilt.fill(0xff, zip.length / 2, zip.length / 2 + 40);

  it.each<[string, Buffer]>([
    ['cut off', zip.subarray(0, zip.length - 200)],
    ['cut off after its last line', zip.subarray(0, zip.length - 4)],
    ['spoilt in the middle', spoilt],
    ['spoilt in its second member', Buffer.concat([gzipSync(`${many[0]}\n`), spoilt])],
  ])('that is %s gives its whole lines, and one that is none', (_, content) => {
    const lines = linesOf(content);
    const records = lines.slice(0, -1);

    expect(records.length).toBeGreaterThan(0);
    for (const line of records) expect(many).toContain(line);
    expect(lines.at(-1)).toMatch(/^From here on the file cannot be unpacked: .+\.$/);
  });

  it('that gives nothing hides no others of its folder, and is an error where it is named', () => {
    const path = join(folder, 'file');
    writeFileSync(path, zip.subarray(0, 30));

    expect(readLines(path, true)).toEqual([expect.stringMatching(/^From here on/)]);
    expect(() => readLines(path)).toThrow(InputError);
  });
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
      'deliveries that Firehose ran together',
      gzipSync([envelope([one]), envelope([two])].map((each) => JSON.stringify(each)).join('')),
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
    [
      'a record that quotes deliveries that were run together',
      record('3', { input: { logEvents: `{}${JSON.stringify(envelope([one]))}` } }),
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
    ['was cut off before its first line ends', gzipSync(one).subarray(0, 25)],
  ])('are told to be unreadable where a file %s', (_, content) => {
    expect(() => linesOf(content)).toThrow(InputError);
  });
});
