import { whyNotBedrocks } from '../../../lambda/domain/evidence/impossible-line.ts';
import { pointerOf } from '../../../lambda/domain/evidence/pointer.ts';
import { watch } from '../../../lambda/domain/evidence/watch.ts';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';

const call = (overrides: Partial<Invocation> = {}): Invocation => ({
  ...{ requestId: 'r', timestamp: '2026-11-22T12:00:00Z', account: '111122223333', region: 'us-east-1' },
  ...{ operation: 'Converse', modelId: 'amazon.nova-lite-v1:0', usage: undefined, bodyModel: undefined },
  ...{ guardrailBlockedInput: false, flags: [], identityArn: 'arn:aws:iam::111122223333:user/alice' },
  ...overrides,
});
const own = 'logs:///bedrock/invocations/aws/bedrock/modelinvocations#42';
const possible = {
  accounts: ['111122223333'],
  now: new Date('2026-11-22T12:00:30Z'),
  ledgerDays: 400,
  whyImpossible: () => undefined,
};

describe('A line that only claims to be Bedrock’s', () => {
  it.each<[string, Partial<Invocation>, string, RegExp | undefined]>([
    ['of a plain call', {}, own, undefined],
    ['four minutes ahead', { timestamp: '2026-11-22T12:04:30Z' }, own, undefined],
    ['six minutes ahead', { timestamp: '2026-11-22T12:06:31Z' }, own, /future/],
    ['of the year 2036', { timestamp: '2036-11-22T12:00:00Z' }, own, /future/],
    ['of the year 9999', { timestamp: '9999-12-31T23:59:59Z' }, own, /future/],
    ['of the year 1', { timestamp: '0001-01-01T00:00:00Z' }, own, /older/],
    ['of another account', { account: '444455556666' }, own, /account/],
    ['without an identity', { identityArn: undefined }, own, undefined],
    ['with an identity that is no ARN', { identityArn: 'alice' }, own, /ARN/],
    ['with an identity that holds a line break', { identityArn: `${call().identityArn}\n` }, own, /ARN/],
    ['of another stream', {}, 'logs:///bedrock/invocations/mallory#42', /stream/],
    ['of an object', {}, 's3://logs/key#1', undefined],
  ])('%s', (_which, overrides, source, reason) => {
    const why = whyNotBedrocks(call(overrides), source, possible);

    expect(why ?? '').toMatch(reason ?? /^$/);
  });

  it('that no model could have made', () => {
    const reason = whyNotBedrocks(call(), own, { ...possible, whyImpossible: () => '9 tokens are too many' });

    expect(reason).toBe('No model could have made the call: 9 tokens are too many.');
  });

  it('of any account is taken where files are read', () => {
    expect(
      whyNotBedrocks(call({ account: '444455556666' }), own, { ...possible, accounts: undefined }),
    ).toBeUndefined();
  });

  it('is pointed at by its event where the stream is Bedrock’s, else by all of its source', () => {
    expect([own, 's3://logs/key#1'].map(pointerOf)).toEqual(['42', 's3://logs/key#1']);
  });
});

describe('The watch', () => {
  const minute = (index: number, lines: number, calls: number, failed = 0) => ({
    minute: `2026-11-22T12:${String(index).padStart(2, '0')}:00.000Z`,
    ...{ lines, calls, failed, delivered: undefined },
  });

  it.each<[string, readonly (readonly [number, number, number?])[], string]>([
    ['is quiet where lines and calls agree', [[10, 10]], 'quiet'],
    [
      'is quiet where a call’s line falls into the next minute',
      [
        [9, 10],
        [11, 10],
      ],
      'quiet',
    ],
    ['tells of forging', [[110, 100]], 'forging'],
    ['tells of forging where nothing was called at all', [[6, 0]], 'forging'],
    ['tells of blindness', [[90, 100]], 'blind'],
    ['tells of failed deliveries', [[10, 10, 1]], 'delivery-failed'],
    [
      'forgets what is longer ago than its sums reach',
      [[0, 500], ...Array.from({ length: 10 }, () => [1, 1] as const)],
      'quiet',
    ],
  ])('%s', (_what, minutes, kind) => {
    const counted = minutes.map(([lines, calls, failed], index) => minute(index, lines, calls, failed));

    expect(watch(counted).map((verdict) => verdict.kind)).toEqual([kind]);
  });
});
