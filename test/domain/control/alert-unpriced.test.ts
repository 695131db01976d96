import { alertUnpriced } from '../../../lambda/domain/control/alert-unpriced.ts';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import type { Balance } from '../../../lambda/domain/control/crossings.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import { graceSlot, unpricedLabel } from '../../../lambda/domain/control/grace.ts';
import { renderAlert } from '../../../lambda/domain/control/message.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { situationOf } from '../../support/situations.ts';

const now = new Date('2026-11-22T12:00:00Z');
const month = 'month:2026-11';
const day = 'day:2026-11-22';
const dollars = (amount: number) => BigInt(amount * 100) * 10_000_000n;

function situation(
  balances: Record<string, Partial<Balance>>,
  overrides: Partial<Situation> = {},
): Situation {
  const full = Object.entries(balances).map(([window, balance]) => [
    window,
    { spent: 0n, ceiling: 0n, requests: 1, ...balance },
  ]);
  return situationOf({
    budget: toBudget({ dayUsd: '5.00', monthUsd: '100.00' }, 'principal'),
    balances: Object.fromEntries(full),
    now,
    ...overrides,
  });
}
const note = (s: Situation) => alertUnpriced(s, { ...decide(s), notices: [] });
/** As the next evaluation would find it. */
const later = (s: Situation, change: Partial<Situation> = {}): Situation => ({
  ...s,
  state: { ...s.state, ...note(s).patch },
  ...change,
});

const used = { ceiling: dollars(2), unpriced: ['nobody.new-v1:0'] };

describe('A model without a price', () => {
  it('is told once to its principal, in the longest window, with the ceiling and what to do', () => {
    const first = situation({ [day]: used, [month]: used });
    const { notices, patch } = note(first);

    expect(notices).toEqual([
      expect.objectContaining({
        window: month,
        id: 'unpriced#nobody.new-v1:0',
        kind: 'notice',
        notice: 'unpriced',
        publish: true,
        spent: dollars(2),
        limit: dollars(100),
      }),
    ]);
    expect(patch?.alerted).toEqual({ [month]: ['unpriced#nobody.new-v1:0'] });
    const { subject, body, critical } = renderAlert(notices[0] as never, { timeZone: 'UTC' });
    expect(subject).toBe('Bedrock budget: user/alice uses models whose price is not known');
    expect(body).toContain('$2.00 of what was called in month:2026-11 are ceilings');
    expect(body).toContain('budgeteer prices reprice');
    expect(critical).toBe(false);

    expect(note(later(first)).notices).toEqual([]);
  });

  it('is told beside another one, and again in another month', () => {
    const first = situation({ [month]: used });
    const second = later(first, {
      balances: {
        [month]: { spent: 0n, requests: 2, ...used, unpriced: ['nobody.new-v1:0', 'nobody.newer-v1:0'] },
      },
    });
    const december = later(first, {
      windows: { day: 'day:2026-12-01', week: 'week:2026-W49', month: 'month:2026-12' },
      balances: { 'month:2026-12': { spent: 0n, requests: 1, ...used } },
    });

    expect(note(second).notices.map(({ id }) => id)).toEqual(['unpriced#nobody.newer-v1:0']);
    expect(note(december).notices.map(({ window }) => window)).toEqual(['month:2026-12']);
    expect(Object.keys(note(december).patch?.alerted ?? {})).toEqual(['month:2026-12']);
  });

  it('keeps what thresholds were alerted, and what was decided about them', () => {
    const s = situation({ [day]: {}, [month]: { ...used, ceiling: dollars(60) } });
    const decision = note(s);

    expect(decision.alerts).toHaveLength(1);
    expect(decision.patch?.alerted).toEqual({ [month]: ['50%', 'unpriced#nobody.new-v1:0'] });
    expect(note(later(s))).toMatchObject({ alerts: [], notices: [], patch: undefined });
  });

  it('does not come with more notices than fit into one transaction', () => {
    const models = Array.from({ length: 25 }, (_, index) => `nobody.model${index}`);
    let s = situation({ [month]: { ceiling: 1n, unpriced: models } });
    const told = [0, 1, 2, 3].map(() => {
      const { notices } = note(s);
      s = later(s);
      return notices.length;
    });

    expect(told).toEqual([10, 10, 5, 0]);
  });
});

describe('The grace of a model without a price', () => {
  const slot = graceSlot('nobody.new-v1:0');
  const held = { ...used, ceiling: dollars(120), held: { [slot]: dollars(119) } };
  const fourHours = new Date('2026-11-22T16:00:00Z');
  const called = situation({ [month]: held }, { unpricedGraceHours: 4 });

  it('begins with the message about it, which says what waits and until when, and asks for a look at its end', () => {
    const { notices, patch, dueAt, actions } = note(called);

    expect(actions).toEqual([]);
    expect(notices).toEqual([expect.objectContaining({ spent: dollars(1), severity: 'warning' })]);
    expect(notices[0]?.detail).toContain('$119.00 of them do not count yet');
    expect(notices[0]?.detail).toContain('4 hours after this message');
    expect(patch?.unpricedTold).toEqual({ [slot]: now.toISOString() });
    expect(dueAt).toEqual(fourHours);
  });

  it('ends in full, by the clock alone, and once', () => {
    const waiting = note(later(called, { now: new Date('2026-11-22T15:59:59Z') }));
    const over = later(called, { now: fourHours });
    const { alerts, actions } = note(over);

    expect({ alerts: waiting.alerts, dueAt: waiting.dueAt }).toEqual({ alerts: [], dueAt: fourHours });
    expect(alerts[0]?.thresholds.map(({ threshold }) => threshold)).toContain('100%');
    expect(actions.map(({ type }) => type)).toContain('start');
    expect(note(later(over, { now: fourHours })).alerts).toEqual([]);
  });

  it('is over at once beyond three times the limit, and in a day of its own limit first', () => {
    const much = situation(
      { [day]: { ...held, ceiling: dollars(16), held: { [slot]: dollars(16) } }, [month]: held },
      { unpricedGraceHours: 4 },
    );

    expect(note(much).alerts.map(({ windowStatus }) => windowStatus.window)).toEqual([day]);
  });

  it('begins also for a model that was told before there was a grace, without telling again', () => {
    const told = { [month]: ['unpriced#nobody.new-v1:0'] };
    const upgraded = { ...called, state: { ...called.state, alerted: told } };

    expect(note(upgraded)).toMatchObject({
      notices: [],
      patch: { unpricedTold: { [slot]: now.toISOString() } },
      dueAt: fourHours,
    });
    expect(note(later(upgraded))).toMatchObject({ notices: [], patch: undefined });
  });

  it('is not begun anew by another month, in which the model counts in full at once', () => {
    const december = later(called, {
      now: new Date('2026-12-01T00:10:00Z'),
      windows: { day: 'day:2026-12-01', week: 'week:2026-W49', month: 'month:2026-12' },
      balances: { 'month:2026-12': { spent: 0n, requests: 1, ...held } },
    });

    expect(note(december).notices[0]?.detail).not.toContain('do not count yet');
    expect(note(december).patch?.unpricedTold).toBeUndefined();
    expect(note(december).alerts).not.toEqual([]);
  });
});

describe.each(['team', 'account'] as const)('Ceilings of a %s', (scope) => {
  const pool = (ceiling: bigint, overrides: Partial<Situation> = {}) =>
    situation(
      { [month]: { ceiling, unpriced: ['nobody.new-v1:0'] } },
      {
        subject: scope === 'team' ? 'team/ml' : 'account',
        budget: toBudget({ monthUsd: '100.00' }, scope),
        ...overrides,
      },
    );

  it('are told once a window when they are more than a twentieth of the limit, and stop nobody', () => {
    expect(note(pool(dollars(5))).notices).toEqual([]);
    const over = pool(dollars(500));
    const { notices, actions, alerts, patch } = note(over);

    expect(notices).toEqual([
      expect.objectContaining({ id: 'unpriced', window: month, severity: 'warning', publish: true }),
    ]);
    expect({ actions, alerts, holds: patch?.holds }).toEqual({ actions: [], alerts: [], holds: undefined });
    expect(note(later(over)).notices).toEqual([]);
  });
});

it('names a model by its id, an ARN without account and Region, and nothing at length', () => {
  expect(unpricedLabel('nobody.new-v1:0')).toBe('nobody.new-v1:0');
  expect(unpricedLabel('arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/x:1')).toBe(
    'default-prompt-router/x:1',
  );
  expect(unpricedLabel('arn:')).toBe('unknown');
  expect(unpricedLabel('x'.repeat(3000))).toHaveLength(120);
});
