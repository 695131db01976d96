import { gzipSync } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { longestLineBytes } from '../../lambda/adapters/log-objects/s3-log-objects.ts';
import type { LocalStack } from '../../scripts/local/stack.ts';
import { logLine } from '../scripts/local/support/log-line.ts';
import { deploy, stopAll } from './support/stage.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await deploy({ settings: { mode: 'shadow' } });
}, 60_000);
afterAll(stopAll);

let serial = 0;
/** A record that no other line repeats. */
const good = (changes: object = {}) => {
  serial += 1;
  return JSON.stringify({ ...JSON.parse(logLine('alice', `request-${serial}`)), ...changes });
};
const lines = (...texts: string[]) => Buffer.from(texts.join('\n'));
const packed = (...texts: string[]) => gzipSync(lines(...texts));
const names = [
  'Posted',
  'Unpriced',
  'Quarantined',
  'IgnoredNotice',
  'IgnoredControl',
  'IgnoredSidecar',
  'IgnoredFailed',
];
const counted = () => names.map((name) => stack.metrics()[name] ?? 0);

/** What the metrics count while the work is done, zeros left out. */
async function growth(work: () => unknown): Promise<Record<string, number>> {
  const before = counted();
  await work();
  await stack.settle();
  const after = counted();
  return Object.fromEntries(
    names
      .map((name, index) => [name, (after[index] ?? 0) - (before[index] ?? 0)] as const)
      .filter(([, n]) => n),
  );
}

async function quarantine(): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await stack.client.send(
    new QueryCommand({
      TableName: stack.tables.ledger,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'quarantine#2026-11-22' },
    }),
  );
  return Items;
}

const big = (megabytes: number) =>
  good({ output: { outputTokenCount: 1, outputBodyJson: { text: 'x'.repeat(megabytes * 2 ** 20) } } });
const cut = (count: number) => {
  const whole = packed(...Array.from({ length: count }, () => good()));
  return whole.subarray(0, whole.length - 9);
};

describe('An object in the bucket costs no good record, and is not tried for ever', () => {
  test.each<[string, () => Buffer, Record<string, number>]>([
    ['gzip whose end was cut off', () => cut(3), { Posted: 3, Quarantined: 1 }],
    [
      'gzip that was cut off in the middle of a record',
      () => packed(good(), good(), good().slice(0, 50)).subarray(0, -8),
      { Posted: 2, Quarantined: 1 },
    ],
    [
      'several gzip members',
      () => Buffer.concat([packed(good(), ''), packed(good(), good())]),
      { Posted: 3 },
    ],
    [
      'a whole member and a damaged one',
      () => Buffer.concat([packed(good(), ''), packed(good(), good()).subarray(0, 12)]),
      { Posted: 1, Quarantined: 1 },
    ],
    [
      'gzip with garbage behind it',
      () => Buffer.concat([packed(good(), good()), Buffer.from('garbage')]),
      { Posted: 2, Quarantined: 1 },
    ],
    ['an empty object', () => Buffer.alloc(0), { IgnoredNotice: 1 }],
    ['gzip of nothing', () => gzipSync(''), {}],
    ['records that are not packed', () => lines(good(), good()), { Posted: 2 }],
    [
      'binary garbage',
      () => Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 97 + 13) % 251)),
      { Quarantined: expect.any(Number) as number },
    ],
    ['a line of five megabytes', () => packed(good(), big(5), good()), { Posted: 3 }],
    [
      'a line that is longer than any record',
      () => packed(good(), `${'x'.repeat(longestLineBytes)}1`, good()),
      { Posted: 2, Quarantined: 1 },
    ],
    [
      'five megabytes of brackets',
      () => packed(good(), '['.repeat(5 * 2 ** 20)),
      { Posted: 1, Quarantined: 1 },
    ],
    [
      'valid JSON that is no record',
      () => packed('null', '1', '"text"', '[]', '{}', '{"a":{"b":1}}', good()),
      { Posted: 1, Quarantined: 6 },
    ],
    [
      'the permission notice',
      () => packed('Permissions are correctly set for Amazon Bedrock logs.', good()),
      { Posted: 1, IgnoredNotice: 1 },
    ],
    [
      'a byte order mark and Windows line ends',
      () => gzipSync(`\u{feff}${good()}\r\n${good()}\r\n`),
      { Posted: 2 },
    ],
    [
      'line separators inside a text',
      () => packed(good({ requestMetadata: { note: 'a\u2028b\u2029c' } }), good()),
      { Posted: 2 },
    ],
    [
      'half a surrogate pair in names',
      () => packed(good({ modelId: 'amazon.\ud800' }), good({ operation: '\udc00' }), good()),
      { Posted: 2, Unpriced: 1 },
    ],
    [
      'metadata of the caller that is no text, or without end',
      () =>
        packed(
          good({
            requestMetadata: { note: '\ud800', '\udc00': 'x', ['k'.repeat(5_000)]: 'v'.repeat(500_000) },
          }),
          good({ requestMetadata: 'none' }),
          good({ requestMetadata: { deep: { deeper: [null] } } }),
        ),
      { Posted: 3 },
    ],
    [
      'half a surrogate pair in what would be a key',
      () => packed(good({ requestId: 'a\ud800b' }), good({ region: '\ud800' }), good()),
      { Posted: 1, Quarantined: 2 },
    ],
    [
      'names of absurd length',
      () =>
        packed(
          good({ operation: 'x'.repeat(500_000) }),
          good({ identity: { arn: `arn:aws:iam::111122223333:user/${'x'.repeat(5_000)}` } }),
          good({ region: '\u{1f4a9}'.repeat(90) }),
          good(),
        ),
      { Posted: 3, Quarantined: 1 },
    ],
    [
      'a record that failed without usage',
      () => packed(good({ errorCode: 'ValidationException', input: {}, output: {} }), good()),
      { Posted: 1, IgnoredFailed: 1 },
    ],
  ])(
    '%s',
    async (_, body, expected) => {
      expect(await growth(() => stack.putLogObject(body()))).toEqual(expected);
    },
    30_000,
  );

  test('bodies that Bedrock keeps beside the records are not opened', async () => {
    expect(await growth(() => stack.putLogObject(packed(good()), 'data/'))).toEqual({ IgnoredSidecar: 1 });
  });

  test('what was damaged is put aside once, by pointer, however often it is delivered', async () => {
    const body = cut(4);
    const before = await quarantine();
    expect(await growth(() => stack.putLogObject(body))).toEqual({ Posted: 4, Quarantined: 1 });
    const added = async () =>
      (await quarantine()).filter(({ sk }) => !before.some((item) => item['sk'] === sk));
    const items = await added();
    expect(items).toEqual([
      expect.objectContaining({
        sk: expect.stringMatching(/^[0-9a-f]{64}$/),
        source: expect.stringMatching(/^s3:\/\/[^/]+\/AWSLogs\/.*\.json\.gz#5$/),
        reason:
          'The object is damaged: from this line on it cannot be unpacked. The lines before it were read.',
      }),
    ]);

    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)#5$/.exec(String(items[0]?.['source'])) ?? [];
    const again = () =>
      stack.putEvent({
        busName: 'default',
        source: 'aws.s3',
        detailType: 'Object Created',
        detail: { bucket: { name: bucket }, object: { key, size: body.length } },
      });
    expect(await growth(again)).toEqual({ Quarantined: 1 });
    expect(await added()).toHaveLength(1);
  });

  test.each(['unavailable', 'cut'] as const)(
    'S3 that is %s for a while delays an object and loses nothing of it',
    async (how) => {
      stack.breakCalls('GetObject', how, 15);
      const records = Array.from({ length: 200 }, () => good());
      expect(await growth(() => stack.putLogObject(packed(...records)))).toEqual({ Posted: 200 });
    },
    60_000,
  );
});

describe('A delivery of CloudWatch Logs costs no good record, and is not tried for ever', () => {
  const delivery = (payload: unknown) => gzipSync(JSON.stringify(payload)).toString('base64');
  const events = (...messages: unknown[]) => ({
    messageType: 'DATA_MESSAGE',
    logGroup: 'group',
    logStream: 'aws/bedrock/modelinvocations',
    logEvents: messages.map((message, index) => ({ id: String(index), timestamp: 0, message })),
  });

  test.each<[string, () => string, Record<string, number>]>([
    [
      'bad lines among good ones',
      () => delivery(events('no record', good(), '{"cut":', '', good())),
      { Posted: 2, Quarantined: 3 },
    ],
    [
      'events whose message is no text',
      () => delivery(events(good(), null, 7, { a: 1 })),
      { Posted: 1, Quarantined: 3 },
    ],
    [
      'a message of control',
      () => delivery({ ...events('CWL CONTROL MESSAGE: Checking health'), messageType: 'CONTROL_MESSAGE' }),
      { IgnoredControl: 1 },
    ],
    [
      'the permission notice',
      () => delivery(events('Permissions are correctly set for Amazon Bedrock logs.')),
      { IgnoredNotice: 1 },
    ],
    [
      'a payload that was cut off',
      () =>
        Buffer.from(delivery(events(good())), 'base64')
          .subarray(0, -10)
          .toString('base64'),
      { Quarantined: 1 },
    ],
    ['a payload that is no gzip', () => Buffer.from('plain text').toString('base64'), { Quarantined: 1 }],
    ['a payload that is no JSON', () => gzipSync('{"messageType":').toString('base64'), { Quarantined: 1 }],
    [
      'a payload of another shape',
      () => delivery({ messageType: 'DATA_MESSAGE', logEvents: 'none' }),
      { Quarantined: 1 },
    ],
    [
      'a payload that unpacks without end',
      () => gzipSync(Buffer.alloc(80 * 2 ** 20)).toString('base64'),
      { Quarantined: 1 },
    ],
  ])(
    '%s',
    async (_, data, expected) => {
      expect(await growth(() => stack.deliverPacked(data()))).toEqual(expected);
    },
    30_000,
  );
});

test('After all of that nothing waits, nothing was given up, and nothing of a line is kept', async () => {
  expect(new Set(Object.values(await stack.queueDepths()))).toEqual(new Set([0]));
  expect(stack.refusals()).toEqual([]);
  const items = await quarantine();
  expect(items.length).toBeGreaterThan(15);
  for (const item of items) {
    expect(Object.keys(item).sort()).toEqual(
      ['at', 'expiresAt', 'pk', 'reason', 'sha256', 'sk', 'source'].filter((key) => key in item),
    );
    expect(item['source']).toMatch(/^(s3|logs):\/\//);
    expect(JSON.stringify(item).length).toBeLessThan(600);
  }
});
