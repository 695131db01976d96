import fc from 'fast-check';
import {
  type CatchUp,
  daysToRead,
  missingStamps,
  type PostedItem,
  requestCatchUp,
} from '../../../lambda/domain/control/catch-up.ts';
import { countedByNames, countNames } from '../../../lambda/domain/control/counted-windows.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { partitionsFrom } from '../../../lambda/domain/metering/ledger-partitions.ts';
import { windowIdAt } from '../../../lambda/domain/windows.ts';
import { situationOf } from '../../support/situations.ts';

const since = new Date('2026-11-22T12:00:00Z');
const item = (overrides: Partial<PostedItem> = {}): PostedItem => ({
  ...{ key: { pk: 'p', sk: 's' }, principal: 'user/ann', team: 'team/ml', timestamp: '2026-11-22T09:00:00Z' },
  ...{ windows: { principal: ['month:2026-11'], team: [], account: ['month:2026-11'] } },
  ...{ cost: 1n, quality: 'priced', model: 'anthropic.claude-haiku-4-5-20251001-v1:0', trusted: true },
  ...overrides,
});
const catchUp = (overrides: Partial<CatchUp> = {}): CatchUp => ({
  ...{ subject: 'user/ann', names: ['day', 'month'], since },
  ...overrides,
});

describe('What an item lacks', () => {
  it('is the new window of its own time, and not one that it has', () => {
    expect(missingStamps(item(), catchUp(), 'UTC')).toMatchObject({
      scope: 'principal',
      windows: ['day:2026-11-22'],
    });
  });

  it.each([
    ['a team', 'team/ml', 'team'],
    ['the account', 'account', 'account'],
    ['a role', 'role/App', 'role'],
  ])('of %s stands with its own stamps', (_what, subject, scope) => {
    const session = item({ principal: 'role/App/x', role: 'role/App' });
    expect(missingStamps(session, catchUp({ subject, names: ['week'] }), 'UTC')).toMatchObject({
      scope,
      windows: ['week:2026-W47'],
    });
  });

  it('is nothing for whoever is not covered, for models of another pattern and for windows that were over', () => {
    expect(missingStamps(item(), catchUp({ subject: 'user/bob' }), 'UTC')).toBeUndefined();
    expect(missingStamps(item(), catchUp({ names: ['month@amazon.*'] }), 'UTC')).toBeUndefined();
    const late = item({ timestamp: '2026-11-21T23:59:59Z' });
    expect(missingStamps(late, catchUp({ names: ['day'] }), 'UTC')).toBeUndefined();
    // In Los Angeles that day goes on.
    expect(missingStamps(late, catchUp({ names: ['day'] }), 'America/Los_Angeles')).toBeUndefined();
    expect(
      missingStamps(
        item({ timestamp: '2026-11-22T08:30:00Z' }),
        catchUp({ names: ['day'] }),
        'America/Los_Angeles',
      ),
    ).toMatchObject({ windows: ['day:2026-11-22'] });
  });

  it('is told by the name of a limit of some models', () => {
    expect(missingStamps(item(), catchUp({ names: ['month@anthropic.*'] }), 'UTC')?.windows).toEqual([
      'month:2026-11@anthropic.*',
    ]);
  });
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati'];
const kinds = ['day', 'week', 'month'] as const;
const instants = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2027-12-31T00:00:00Z'),
  noInvalidDate: true,
});

it('each call in a window that is open when it becomes known lies in one of the days that are read', () => {
  fc.assert(
    fc.property(
      instants,
      fc.nat(31 * 24 * 60),
      fc.constantFrom(...zones),
      fc.constantFrom(...kinds),
      (now, minutes, zone, kind) => {
        const at = new Date(now.getTime() - minutes * 60_000);
        const names = [kind];
        const days = daysToRead(catchUp({ names, since: now }), now, zone);
        const lacks = missingStamps(
          item({ timestamp: at.toISOString(), windows: { principal: [], team: [], account: [] } }),
          catchUp({ names, since: now }),
          zone,
        );
        expect(lacks !== undefined).toBe(windowIdAt(kind, at, zone) === windowIdAt(kind, now, zone));
        if (lacks !== undefined) expect(days).toContain(at.toISOString().slice(0, 10));
        expect(days.length).toBeLessThanOrEqual({ day: 2, week: 9, month: 33 }[kind]);
      },
    ),
  );
});

it('whoever goes on behind a partition sees each of the others once, in whatever order the names came', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '#', '/', 'é') }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(40),
      (prefixes, stop) => {
        const days = ['2026-11-21', '2026-11-22', '2026-11-23'];
        const all = [...partitionsFrom({ prefixes, days, slots: 2 })];
        const first = all.slice(0, stop);
        const rest = [
          ...partitionsFrom({ prefixes: prefixes.toReversed(), days, slots: 2 }, first.at(-1)?.at(-1)),
        ];
        expect([...first, ...rest].flat().sort()).toEqual(all.flat().sort());
        expect(new Set(all.flat()).size).toBe(prefixes.length * 6);
      },
    ),
  );
});

it('names of what counts are read back as they were', () => {
  const counted = {
    kinds: ['day', 'month'] as const,
    models: [{ kind: 'week' as const, pattern: 'anthropic.*' }],
  };
  expect(countedByNames(countNames(counted))).toEqual(counted);
});

describe('A decision notes what counts', () => {
  const situation = (counts: string[], known: string[] | undefined): Situation =>
    situationOf({
      ...{ subject: 'user/ann', now: since, counts },
      budget: { scope: 'principal', limits: [], modelLimits: [], rungs: [], priority: 'normal' },
      windowEnds: { day: since, week: since, month: since },
      state: { ...firstState(since.toISOString(), 'test'), counts: known },
    });
  const noted = (counts: string[], known: string[] | undefined) => {
    const found = situation(counts, known);
    return requestCatchUp(found, { ...decide(found), notices: [] });
  };

  it('once where it is new, and has it caught up on', () => {
    expect(noted(['month', 'day'], ['month'])).toMatchObject({
      catchUp: ['day'],
      patch: { counts: ['month', 'day'] },
      action: 'count-windows',
    });
    expect(noted(['month', 'day'], ['month', 'day'])).toMatchObject({ catchUp: [], patch: undefined });
  });

  it('and forgets what counts no longer', () => {
    expect(noted(['month'], ['month', 'day'])).toMatchObject({ catchUp: [], patch: { counts: ['month'] } });
  });

  it('but takes what was never noted for what has counted from the first call on', () => {
    expect(noted(['month', 'day'], undefined)).toMatchObject({ catchUp: [], patch: undefined });
  });
});
