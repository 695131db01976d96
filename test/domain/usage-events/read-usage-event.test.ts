import fc from 'fast-check';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { parseUsageDetail } from '../../../lambda/contracts/usage-event.ts';
import { readUsageEvent } from '../../../lambda/domain/usage-events/read-usage-event.ts';
import { usageEventKeys } from '../../../lambda/domain/usage-events/usage-event.ts';

const now = new Date('2026-11-22T12:00:00Z');
const settings = settingsSchema.parse({
  mode: 'enforce',
  sharedRoles: ['Shared'],
  usageSources: {
    'com.example.search': {
      payers: ['user/*', 'role/App', 'role/Shared/*'],
      meters: { call: { unitUsd: '0.002', freePerMonth: 100 }, 'by.the/minute': { unitUsd: '1' } },
      trusted: true,
    },
  },
});
const detail = {
  id: 'event-1',
  subject: 'user/alice',
  meter: 'call',
  quantity: 2.5,
  at: '2026-11-22T11:59:00Z',
  labels: { tenant: 'acme' },
};
const read = (change: object = {}, source = 'com.example.search') =>
  readUsageEvent(
    { id: 'bus-1', source, account: '111122223333', detail: { ...detail, ...change } },
    settings,
    now,
    parseUsageDetail,
  );
const reasonOf = (...args: Parameters<typeof read>) => {
  const reading = read(...args);
  return reading.kind === 'refused' ? reading.reason : 'none';
};

it('is read with its price, its payer and its trust', () => {
  expect(read()).toMatchObject({
    kind: 'event',
    event: {
      payer: { id: 'user/alice', kind: 'user' },
      quantity: 2_500_000n,
      at: '2026-11-22T11:59:00.000Z',
      price: { unitUsd: '0.002', free: 100_000_000n },
      labels: { tenant: 'acme' },
      trusted: true,
    },
  });
});

it.each<[string, object, string]>([
  ['a payer who is not in the list', { subject: 'role/Other' }, 'forged-payer'],
  ['a session of a role that is not shared', { subject: 'role/App/ann' }, 'forged-payer'],
  ['a team', { subject: 'team/ml' }, 'forged-payer'],
  ['the account', { subject: 'account' }, 'forged-payer'],
  ['a pattern in place of a payer', { subject: 'user/*' }, 'forged-payer'],
  ['a path that hides another name', { subject: 'user/x/../alice' }, 'forged-payer'],
  ['a payer of a type from the prototype', { subject: 'constructor/x' }, 'forged-payer'],
  ['a meter that is not on the card', { meter: 'calls' }, 'unlisted-meter'],
  ['a meter from the prototype', { meter: 'constructor' }, 'unlisted-meter'],
  ['nothing', { quantity: 0 }, 'amount'],
  ['a negative amount', { quantity: -1 }, 'amount'],
  ['an absurd amount', { quantity: 1_000_000_001 }, 'amount'],
  ['an amount without end', { quantity: Number.POSITIVE_INFINITY }, 'amount'],
  ['an amount that is too fine', { quantity: 0.0000001 }, 'amount'],
  ['an amount as a text', { quantity: '5' }, 'amount'],
  ['no amount', { quantity: undefined }, 'amount'],
  ['a time more than five minutes ahead', { at: '2026-11-22T12:05:01Z' }, 'time'],
  ['a time more than 35 days ago', { at: '2026-10-18T11:59:59Z' }, 'time'],
  ['the 31st of November', { at: '2026-11-31T00:00:00Z' }, 'time'],
  ['a time of another zone', { at: '2026-11-22T12:00:00+01:00' }, 'time'],
  ['no id', { id: '' }, 'malformed'],
  ['an id that parts a key', { id: 'a#b' }, 'malformed'],
  ['an id without end', { id: 'a'.repeat(129) }, 'malformed'],
  ['a field of its own', { costUsd: '0.01' }, 'malformed'],
  ['a label that is too long', { labels: { a: 'x'.repeat(65) } }, 'malformed'],
  ['a label with half a character', { labels: { a: '\ud800' } }, 'malformed'],
  [
    'eleven labels',
    { labels: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`l${index}`, 'x'])) },
    'malformed',
  ],
])('refuses %s', (_, change, reason) => {
  expect(reasonOf(change)).toBe(reason);
});

it.each(['com.example.other', 'constructor', '__proto__', ''])(
  'refuses the unlisted source "%s"',
  (source) => {
    expect(reasonOf({}, source)).toBe('unlisted-source');
  },
);

it.each<[string, object]>([
  ['the last second of five minutes ahead', { at: '2026-11-22T12:05:00Z' }],
  ['35 days ago', { at: '2026-10-18T12:00:00Z' }],
  ['the most that there can be', { quantity: 1_000_000_000 }],
  ['the least that there can be', { quantity: 0.000001 }],
  [
    'ten labels of 64 characters',
    { labels: Object.fromEntries([...'abcdefghij'].map((l) => [l, '🙂'.repeat(64)])) },
  ],
  ['no labels', { labels: undefined }],
  ['a session of a shared role', { subject: 'role/Shared/ann@example.com' }],
  ['a meter with a slash', { meter: 'by.the/minute' }],
])('takes %s', (_, change) => {
  expect(reasonOf(change)).toBe('none');
});

it('knows a second copy from an id that is used twice, whatever the order of labels', () => {
  const digest = (change: object) => {
    const reading = read(change);
    return reading.kind === 'event' ? reading.event.digest : reading.reason;
  };
  const labels = { a: '1', b: '2' };

  expect(digest({ labels: { b: '2', a: '1' } })).toBe(digest({ labels }));
  expect(digest({ at: '2026-11-22T11:59:00.000Z' })).toBe(digest({}));
  const others = [{ quantity: 2.500001 }, { subject: 'user/bob' }, { meter: 'by.the/minute' }, { labels }];
  expect(new Set([digest({}), ...others.map(digest)]).size).toBe(5);
});

it('has a place in the ledger that hangs on the event alone, and one for its id that hangs on no time', () => {
  const keys = (change: object) => {
    const reading = read(change);
    if (reading.kind === 'refused') throw new Error(reading.reason);
    return usageEventKeys(reading.event);
  };

  expect(keys({}).entry).toEqual({
    pk: expect.stringMatching(/^event#111122223333#com\.example\.search#2026-11-22#[0-3]$/),
    sk: '2026-11-22T11:59:00.000Z#event-1',
  });
  expect(keys({ at: '2026-11-01T00:00:00Z' }).id).toEqual(keys({}).id);
});

it('never throws, whatever the detail is', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (anything, source) => {
      const envelope = { id: 'bus-1', source, account: '111122223333', detail: anything };
      expect(readUsageEvent(envelope, settings, now, parseUsageDetail).kind).toBe('refused');
      const listed = { ...envelope, source: 'com.example.search' };
      expect(readUsageEvent(listed, settings, now, parseUsageDetail).kind).toBe('refused');
    }),
  );
});

describe('a source with putters of its own', () => {
  const tied = settingsSchema.parse({
    mode: 'enforce',
    usageSources: {
      'com.example.search': {
        payers: ['user/*'],
        meters: { call: { unitUsd: '0.002' } },
        trusted: true,
        putters: ['222233334444', 'arn:aws:iam::333344445555:role/tools/Reporter'],
      },
    },
  });
  const from = (account: string) =>
    readUsageEvent(
      { id: 'bus-1', source: 'com.example.search', account, detail },
      tied,
      now,
      parseUsageDetail,
    );

  it.each(['222233334444', '333344445555'])('is taken from their account %s', (account) => {
    expect(from(account).kind).toBe('event');
  });

  it.each(['111122223333', '', 'constructor'])('is refused from account "%s"', (account) => {
    expect(from(account)).toEqual({ kind: 'refused', reason: 'forged-source' });
  });

  it.each(['*', 'arn:aws:iam::111122223333:user/alice', '12345', 'arn:aws:iam::111122223333:role/*'])(
    'cannot be tied to "%s"',
    (putter) => {
      const source = {
        payers: ['user/*'],
        meters: { call: { unitUsd: '1' } },
        trusted: true,
        putters: [putter],
      };

      expect(settingsSchema.safeParse({ mode: 'enforce', usageSources: { 'com.x': source } }).success).toBe(
        false,
      );
    },
  );
});
