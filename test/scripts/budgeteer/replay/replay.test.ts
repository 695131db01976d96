import fc from 'fast-check';
import { type SettingsInput, settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { type AuditEntry, chainEntry, checkChain } from '../../../../lambda/domain/audit-chain.ts';
import { accessOf } from '../../../../lambda/domain/control/access.ts';
import { rungAmount } from '../../../../lambda/domain/control/rung.ts';
import { formatUsd, parseUsd } from '../../../../lambda/domain/money.ts';
import { type Replayed, type ReplayedLine, replay } from '../../../../scripts/budgeteer/replay/replay.ts';
import { replayResult } from '../../../../scripts/budgeteer/replay/replay-result.ts';
import { type RecordOptions, record } from '../../../support/records.ts';

const month = 'month:2026-11';

const line = (options: RecordOptions): ReplayedLine => {
  const made = record(options);
  return { text: JSON.stringify(made), source: 'test', at: new Date(String(made['timestamp'])) };
};
/** Nova Lite in us-east-1: 0.06 USD per million input tokens, so this many cost one dollar. */
const dollar = 1e6 / 0.06;
const spend = (user: string, usd: number, at: string, requestId?: string) =>
  line({ user, input: Math.round(usd * dollar), output: 0, at, ...(requestId ? { requestId } : {}) });

const run = (lines: readonly ReplayedLine[], settings: Partial<SettingsInput> = {}) =>
  replay(lines, settingsSchema.parse({ mode: 'enforce', defaultBudget: { monthUsd: '10.00' }, ...settings }));

const access = ({ subjects }: Replayed, subject: string) => {
  const state = subjects.states.get(subject);
  return state === undefined ? undefined : accessOf(state);
};
const thresholds = ({ subjects }: Replayed, subject: string) =>
  subjects.alerts
    .filter((alert) => alert.subject === subject && alert.kind === 'threshold')
    .map((alert) => alert.id);

describe('a replay', () => {
  it('warns on the way, restricts at 90 % and suspends at 100 %', async () => {
    const days = Array.from({ length: 11 }, (_, day) =>
      spend('alice', 1, `2026-11-${String(day + 1).padStart(2, '0')}T10:00:00Z`),
    );
    const replayed = await run(days);
    expect(thresholds(replayed, 'user/alice')).toEqual(['50%', '80%', '90%', '95%', '100%']);
    const foretold = replayed.subjects.alerts.filter(
      ({ subject, notice }) => subject === 'user/alice' && notice === 'forecast',
    );
    expect(foretold.map(({ at, window }) => [at.slice(0, 10), window])).toEqual([['2026-11-04', month]]);
    const [first, ...later] = replayed.subjects.alerts.filter(
      ({ subject, kind }) => subject === 'user/alice' && kind === 'threshold',
    );
    expect(first?.runOut?.slice(0, 10)).toBe('2026-11-09');
    expect(later.map(({ id, runOut }) => [id, runOut !== undefined])).toEqual([
      ['80%', true],
      ['90%', true],
      ['95%', false],
      ['100%', false],
    ]);
    expect(access(replayed, 'user/alice')).toBe('suspended');
    expect(replayed.executions).toMatchObject([{ stateMachine: 'suspension', status: 'SUCCEEDED' }]);
    const steps = replayed.subjects.history
      .filter(({ subject }) => subject === 'user/alice')
      .map(({ state }) => state.lastChange.action);
    expect(steps).toEqual([
      'provision',
      'alert',
      'alert',
      'restrict',
      'enforce-restricted',
      'start-suspension',
      'suspend',
      'enforce-suspended',
      'suspended',
    ]);
  });

  it('releases when the month turns, and lets a late record of the old month alert nobody', async () => {
    const replayed = await run([
      spend('alice', 11, '2026-11-30T10:00:00Z'),
      spend('bob', 0.01, '2026-12-01T00:00:10Z'),
    ]);
    expect(access(replayed, 'user/alice')).toBe('active');
    expect(replayed.executions.map(({ stateMachine }) => stateMachine)).toEqual([
      'suspension',
      'restoration',
    ]);
    const alertsBefore = replayed.subjects.alerts.length;
    const late = await run([
      spend('bob', 0.01, '2026-12-01T00:00:10Z'),
      { ...spend('carol', 50, '2026-11-30T23:59:59Z'), at: new Date('2026-12-01T00:05:00Z') },
    ]);
    expect(alertsBefore).toBeGreaterThan(0);
    expect(thresholds(late, 'user/carol')).toEqual([]);
    expect(access(late, 'user/carol')).toBe('active');
    expect(late.subjects.balances.get('user/carol')?.[month]?.requests).toBe(1);
  });

  it('waits for the grace period with the restriction on, then suspends', async () => {
    const settings = { graceSeconds: 3600 };
    const inGrace = await run(
      [spend('alice', 11, '2026-11-22T10:00:00Z'), spend('bob', 0.1, '2026-11-22T10:30:00Z')],
      settings,
    );
    expect(access(inGrace, 'user/alice')).toBe('grace');
    const after = await run(
      [spend('alice', 11, '2026-11-22T10:00:00Z'), spend('bob', 0.1, '2026-11-22T11:00:01Z')],
      settings,
    );
    expect(access(after, 'user/alice')).toBe('suspended');
  });

  it('suspends every member of a team whose pool is used up, and frees them with the month', async () => {
    const teams = { 'team/ml': { members: ['user/alice', 'user/bob'], monthUsd: '5.00' } };
    const used = [spend('bob', 0.1, '2026-11-20T10:00:00Z'), spend('alice', 5, '2026-11-22T10:00:00Z')];
    const replayed = await run(used, { teams });
    expect([access(replayed, 'user/alice'), access(replayed, 'user/bob')]).toEqual([
      'suspended',
      'suspended',
    ]);
    expect(replayed.subjects.states.get('user/bob')?.holds).toMatchObject({ team: { level: 'suspended' } });
    const next = await run([...used, spend('carol', 0.1, '2026-12-01T00:01:00Z')], { teams });
    expect([access(next, 'user/alice'), access(next, 'user/bob')]).toEqual(['active', 'active']);
  });

  it('enforces one team while the stage, and so everyone else, is in shadow', async () => {
    const teams = { 'team/ml': { members: ['user/alice'], monthUsd: '100.00', mode: 'enforce' as const } };
    const lines = [spend('alice', 11, '2026-11-22T10:00:00Z'), spend('bob', 11, '2026-11-22T10:00:00Z')];
    const replayed = await run(lines, { mode: 'shadow', teams });
    expect([access(replayed, 'user/alice'), access(replayed, 'user/bob')]).toEqual(['suspended', 'active']);
    expect(thresholds(replayed, 'user/bob')).toContain('100%');
  });

  it('says loudly where nothing can be denied, and tries no second time', async () => {
    const identityArn =
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ann@example.com';
    const lines = [1, 2, 3].map((hour) =>
      line({ identityArn, input: Math.round(11 * dollar), output: 0, at: `2026-11-22T0${hour}:00:00Z` }),
    );
    const replayed = await run(lines);
    const subject = 'role/AWSReservedSSO_Dev_0123456789abcdef/ann@example.com';
    expect(access(replayed, subject)).toBe('unenforceable');
    expect(replayed.subjects.alerts.filter(({ notice }) => notice === 'unenforceable')).toHaveLength(1);
    expect(replayed.executions).toHaveLength(1);
  });
});

const history = fc.array(
  fc.record({
    user: fc.constantFrom('alice', 'bob', 'carol'),
    usd: fc.double({ min: 0.001, max: 4, noNaN: true }),
    minute: fc.integer({ min: 0, max: 45 * 24 * 60 }),
  }),
  { minLength: 1, maxLength: 40 },
);
const lineOf = ({ user, usd, minute }: { user: string; usd: number; minute: number }, index: number) =>
  spend(
    user,
    usd,
    `${new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString().slice(0, 19)}Z`,
    `request-${index}`,
  );

describe('whatever the history', () => {
  it('each threshold alerts once, only when crossed, and access says what the balance says', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const replayed = await run(events.map(lineOf), {
          defaultBudget: { dayUsd: '5.00', monthUsd: '10.00' },
        });
        const keys = replayed.subjects.alerts
          .filter(({ kind }) => kind === 'threshold')
          .map(({ subject, window, id }) => `${subject} ${window} ${id}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const alert of replayed.subjects.alerts) {
          if (alert.kind === 'threshold') expect(alert.spent >= rungAmount(alert.id, alert.limit)).toBe(true);
        }
        const day = `day:${replayed.now.toISOString().slice(0, 10)}`;
        const nowMonth = `month:${replayed.now.toISOString().slice(0, 7)}`;
        for (const user of ['alice', 'bob', 'carol']) {
          const balances = replayed.subjects.balances.get(`user/${user}`);
          if (balances === undefined) continue;
          const spent = (window: string) => balances[window]?.spent ?? 0n;
          const over = spent(day) >= parseUsd('5') || spent(nowMonth) >= parseUsd('10');
          const near = spent(day) >= parseUsd('4.5') || spent(nowMonth) >= parseUsd('9');
          expect(access(replayed, `user/${user}`)).toBe(over ? 'suspended' : near ? 'restricted' : 'active');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('duplicates and the order of delivery change no balance, alert or access', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (events, shuffle) => {
        const once = events.map(lineOf);
        const seeds = new Map([...once, ...once].map((entry) => [entry, shuffle.next().value] as const));
        const twice = [...once, ...once.slice(0, 10)].sort(
          (a, b) => (seeds.get(a) ?? 0) - (seeds.get(b) ?? 0),
        );
        const [a, b] = [await run(once), await run(twice)];
        expect(b.subjects.balances.get('account')).toEqual(a.subjects.balances.get('account'));
        expect(b.counts.duplicates).toBe(Math.min(10, once.length));
        for (const user of ['user/alice', 'user/bob', 'user/carol']) {
          expect(b.subjects.balances.get(user)).toEqual(a.subjects.balances.get(user));
          expect(access(b, user)).toBe(access(a, user));
          expect(new Set(thresholds(b, user))).toEqual(new Set(thresholds(a, user)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('a balance is the sum of its ledger, and the audit chain of every subject holds', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const replayed = await run(events.map(lineOf));
        const total = [...replayed.ledger.entries.values()].reduce(
          (sum, { charge }) => sum + charge.cost,
          0n,
        );
        const balances = Object.values(replayed.subjects.balances.get('account') ?? {});
        expect(formatUsd(balances.reduce((sum, { spent }) => sum + spent, 0n))).toBe(formatUsd(total));
        for (const subject of replayed.subjects.states.keys()) {
          const chain: AuditEntry[] = [];
          for (const { state } of replayed.subjects.history.filter((change) => change.subject === subject)) {
            chain.push(chainEntry(subject, state.version, state.lastChange, chain.at(-1)));
          }
          expect(checkChain(chain)).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the month of a budget that has none', () => {
  it('tells what was spent in it all the same, and that nothing limits it', async () => {
    const settings = settingsSchema.parse({ mode: 'enforce', defaultBudget: { weekUsd: '10.00' } });
    const replayed = await replay(
      [spend('alice', 1, '2026-10-31T10:00:00Z'), spend('alice', 2, '2026-11-02T10:00:00Z')],
      settings,
    );
    expect(replayResult(replayed, settings).principals['user/alice']?.windows).toEqual({
      'month:2026-10': { spentUsd: '1.000000020', limitUsd: null, requests: 1 },
      'month:2026-11': { spentUsd: '1.999999980', limitUsd: null, requests: 1 },
      'week:2026-W44': { spentUsd: '1.000000020', limitUsd: '10.00', requests: 1 },
      'week:2026-W45': { spentUsd: '1.999999980', limitUsd: '10.00', requests: 1 },
    });
  });
});
