import { matchesEvent, PatternError } from '../../../scripts/local/event-pattern.ts';

const key = 'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/22/12/x.json.gz';
const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::logs', 'arn:aws:s3:::other'],
  detail: { bucket: { name: 'logs' }, object: { key, size: 120 }, reason: null, flag: true },
};

const matching: readonly (readonly [string, Record<string, unknown>])[] = [
  ['an exact value', { source: ['aws.s3'] }],
  ['one of several values', { source: ['aws.ec2', 'aws.s3'] }],
  ['null and a boolean', { detail: { reason: [null], flag: [true] } }],
  ['any element of an array', { resources: ['arn:aws:s3:::other'] }],
  ['a prefix', { detail: { object: { key: [{ prefix: 'AWSLogs/' }] } } }],
  ['a suffix', { detail: { object: { key: [{ suffix: '.json.gz' }] } } }],
  [
    'a suffix in any case',
    { detail: { object: { key: [{ suffix: { 'equals-ignore-case': '.JSON.GZ' } }] } } },
  ],
  ['a wildcard', { detail: { object: { key: [{ wildcard: '*/BedrockModelInvocationLogs/*.json.gz' }] } } }],
  ['a number in range', { detail: { object: { size: [{ numeric: ['>', 0, '<=', 120] }] } } }],
  ['anything but another value', { source: [{ 'anything-but': ['aws.ec2'] }] }],
  ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'my.' } }] }],
  ['a field that exists', { detail: { bucket: { name: [{ exists: true }] } } }],
  ['a field that does not', { detail: { object: { version: [{ exists: false }] } } }],
  ['either of two patterns', { $or: [{ source: ['x'] }, { detail: { flag: [true] } }] }],
  ['any case', { source: [{ 'equals-ignore-case': 'AWS.S3' }] }],
];

test.each(matching)('matches %s', (_, pattern) => {
  expect(matchesEvent(pattern, event)).toBe(true);
});

test.each([
  ['another value', { source: ['aws.ec2'] }],
  ['a number given as text', { detail: { object: { size: ['120'] } } }],
  ['a wildcard that fits only a part', { detail: { object: { key: [{ wildcard: 'BedrockModel*' }] } } }],
  ['a number out of range', { detail: { object: { size: [{ numeric: ['<', 120] }] } } }],
  ['what it excludes', { source: [{ 'anything-but': 'aws.s3' }] }],
  ['an absent field', { detail: { user: ['alice'] } }],
  ['an absent field by exclusion', { detail: { user: [{ 'anything-but': 'bob' }] } }],
  ['a field that must not exist', { source: [{ exists: false }] }],
  ['one field of two', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }],
])('does not match %s', (_, pattern) => {
  expect(matchesEvent(pattern, event)).toBe(false);
});

describe('filters of a stream', () => {
  const record = {
    eventName: 'INSERT',
    dynamodb: { Keys: { sk: { S: 'BAL#month:2026-11#0' } }, NewImage: { publish: { BOOL: true } } },
  };

  test('tell keys by prefix and images by value', () => {
    const balances = {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: [{ prefix: 'BAL#' }] } } },
    };
    const published = { dynamodb: { NewImage: { publish: { BOOL: [true] } } } };
    expect(matchesEvent(balances, record)).toBe(true);
    expect(matchesEvent(published, record)).toBe(true);
    expect(matchesEvent(balances, { ...record, eventName: 'REMOVE' })).toBe(false);
    expect(matchesEvent(published, { dynamodb: { NewImage: { publish: { BOOL: false } } } })).toBe(false);
  });
});

test('an unknown matcher stops the run', () => {
  expect(() => matchesEvent({ source: [{ cidr: '10.0.0.0/24' }] }, event)).toThrow(PatternError);
});
