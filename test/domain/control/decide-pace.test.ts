import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { alertPace } from '../../../lambda/domain/control/alert-pace.ts';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { wantedBy } from '../../../lambda/domain/control/wanted-hold.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { type PaceCheck, type PaceSettings, readPace } from '../../../lambda/domain/pace/pace-check.ts';
import { situationOf, spentInMonth } from '../../support/situations.ts';

const now = new Date('2026-11-22T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const month = 'month:2026-11';
const settings: PaceSettings = settingsSchema.parse({
  mode: 'enforce',
  earlyStop: { enabled: true },
  velocity: { do: ['notify', 'restrict'], minimumMinutes: 5 },
});

/** Spent a minute, oldest first, the last one now. */
function look(gains: readonly string[], options: PaceSettings = settings): PaceCheck {
  let spentNow = 0n;
  let kept: PaceCheck | undefined;
  for (const [index, gain] of gains.entries()) {
    spentNow += parseUsd(gain);
    const sample = { now: minutesAgo(gains.length - 1 - index), window: month, spentNow, requestsNow: index };
    kept = readPace(kept?.pace, sample, options);
  }
  return kept as PaceCheck;
}
const steady = Array.from({ length: 20 }, () => '0.50');
const jump = [...Array.from({ length: 9 }, () => '0.10'), '3', '3'];

const situation = (spentUsd: string, overrides: Partial<Situation> = {}): Situation =>
  situationOf({
    windowEnds: { day: now, week: now, month: new Date('2026-12-01T00:00:00Z') },
    balances: spentInMonth(spentUsd),
    now,
    ...overrides,
  });
const state = (patch: Partial<SubjectState>): SubjectState => ({ ...firstState('', ''), ...patch });
const started = (s: Situation) => decide(s).actions.flatMap((a) => (a.type === 'start' ? [a.workflow] : []));
const noticesOf = (s: Situation) => alertPace(s, { ...decide(s), notices: [] }).notices;

describe('an early stop', () => {
  // 0.50 a minute for 24 s and one call of 0.50 under way: 0.70 below the limit.
  it('suspends where what is under way no longer fits, and not a cent before', () => {
    const pace = look(steady);
    expect(started(situation('9.29', { pace }))).toEqual([]);
    expect(started(situation('9.31', { pace }))).toEqual(['suspension']);
  });

  it('remembers its margin, and stands by it once nothing is spent', () => {
    const { early } = decide(situation('9.31', { pace: look(steady) })).patch ?? {};
    const idle = look(['0', '0']);
    expect(Object.keys(early ?? {})).toEqual([month]);
    expect(wantedBy('own', situation('9.31', { pace: idle, state: state({ early }) }))?.level).toBe(
      'suspended',
    );
    expect(wantedBy('own', situation('9.31', { pace: idle }))?.level).toBe('restricted');
  });

  it('is told of once, with its figures, as a notice of its own', () => {
    const [told, ...others] = noticesOf(situation('9.31', { pace: look(steady) }));
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      notice: 'early-stop',
      window: month,
      severity: 'critical',
      enforcing: true,
    });
    expect(told?.detail).toContain('$0.50 a minute for 24 s');
    const { early } = decide(situation('9.31', { pace: look(steady) })).patch ?? {};
    expect(noticesOf(situation('9.31', { pace: look(steady), state: state({ early }) }))).toEqual([]);
  });

  it('ends, and is forgotten, where the limit is raised, and where it is reached', () => {
    const early = { [month]: String(parseUsd('0.70')) };
    const raised = { pace: look(['0', '0']), state: state({ early }) };
    const more = toBudget({ monthUsd: '20.00' }, 'principal');
    expect(decide(situation('9.31', { ...raised, budget: more })).patch).toHaveProperty('early', undefined);
    expect(decide(situation('10.00', raised)).patch).toHaveProperty('early', undefined);
    expect(started(situation('10.00', raised))).toEqual(['suspension']);
  });

  it('stops nobody who is exempt or spared by an order, in shadow mode only tells, and is off by default', () => {
    const pace = look(steady);
    const exempt = {
      ...{ by: 'ops', reason: 'test', verified: true, since: now.toISOString(), execution: 'test' },
      expiresAt: '2026-12-01T00:00:00Z',
    };
    const orders = { exempt };
    for (const over of [{ exempt: true }, { state: state({ orders }) }]) {
      expect(started(situation('9.90', { pace, ...over }))).toEqual([]);
      expect(noticesOf(situation('9.90', { pace, ...over }))).toEqual([]);
    }
    expect(started(situation('9.90', { pace, holdable: false }))).toEqual([]);
    expect(noticesOf(situation('9.90', { pace, holdable: false }))).toMatchObject([{ enforcing: false }]);
    const off = look(steady, settingsSchema.parse({ mode: 'enforce' }));
    expect(started(situation('9.90', { pace: off }))).toEqual([]);
  });
});

describe('an opened velocity breaker', () => {
  it('restricts at once and tells once, far below any threshold', () => {
    const s = situation('7', { pace: look(jump), budget: toBudget({ monthUsd: '1000' }, 'principal') });
    const { patch, actions, dueAt } = decide(s);
    expect(patch?.holds).toMatchObject({ velocity: { level: 'restricted' } });
    expect(actions).toEqual([{ type: 'enforce' }]);
    expect(dueAt?.getTime()).toBeLessThanOrEqual(now.getTime() + 15 * 60_000);
    expect(noticesOf(s)).toMatchObject([{ notice: 'velocity', id: `velocity#${now.toISOString()}` }]);
  });

  it('only tells unless it is asked to restrict', () => {
    const quiet = settingsSchema.parse({ mode: 'enforce', velocity: { minimumMinutes: 5 } });
    const s = situation('1', { pace: look(jump, quiet) });
    expect(decide(s).actions).toEqual([]);
    expect(noticesOf(s)).toMatchObject([{ notice: 'velocity' }]);
  });

  it('lifts the restriction for the probe, once the cool-down is over', () => {
    const { pace } = look(jump);
    const later = new Date(now.getTime() + 15 * 60_000);
    const sample = { now: later, window: month, spentNow: parseUsd('7'), requestsNow: 11 };
    const hold = { level: 'restricted' as const, window: month, since: now.toISOString(), reason: 'test' };
    const held = state({ holds: { velocity: hold }, enforced: { level: 'restricted', outcome: 'matched' } });
    const half = readPace(pace, sample, settings);
    expect(half.velocity.state).toBe('half-open');
    expect(decide(situation('7', { pace: half, state: held, now: later })).patch?.holds).toEqual({});
  });

  it('neither opens nor is told of between two kept samples', () => {
    const { pace } = look(jump.slice(0, -1));
    const soon = new Date(now.getTime() + 59_000);
    const between = readPace(
      pace,
      { now: soon, window: month, spentNow: parseUsd('90'), requestsNow: 12 },
      settings,
    );
    expect(between).toMatchObject({ due: false, velocity: { state: 'closed', tripped: false } });
  });

  it('spares whoever is exempt', () => {
    expect(decide(situation('7', { pace: look(jump), exempt: true })).actions).toEqual([]);
  });
});
