import type { Addition, AlertingDecision } from '../../../lambda/domain/control/add-notices.ts';
import { addNotices } from '../../../lambda/domain/control/add-notices.ts';
import { addAllNotices, alerters } from '../../../lambda/domain/control/alerters.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { situationOf } from '../../support/situations.ts';

const at = '2026-11-22T12:00:00.000Z';
const now = new Date('2026-11-22T12:15:00.000Z');
const month = 'month:2026-11';
const hold = { level: 'suspended', window: month, since: at, reason: 'test' } as const;
const quiet: AlertingDecision = { ...decide(situationOf()), notices: [] };
const context = { informsPersons: false, newestCall: now, toleranceMs: 5 * 60_000 };

/** Suspended for its own budget, with all thresholds told: nothing is left to decide. */
const suspended = (overrides: Partial<SubjectState>, unpriced: readonly string[] = []) =>
  situationOf({
    balances: {
      [month]: { spent: 11_000_000_000n, ceiling: 0n, requests: 11, unpriced: [...unpriced] },
    },
    state: {
      ...firstState(at, 'test'),
      holds: { own: hold },
      enforced: { level: 'suspended', outcome: 'matched', at },
      alerted: { [month]: ['50%', '80%', '90%', '95%', '100%'] },
      ...overrides,
    },
    now,
  });

describe('the order of alerters', () => {
  it('is unpriced calls, pace, the person, holds that IAM does not carry, leaks', () => {
    expect(alerters.map(({ name }) => name)).toEqual(['unpriced', 'pace', 'person', 'unenforced', 'leak']);
  });

  it('gives the audit entry to the first that speaks, and keeps the notices of all', () => {
    const situation = suspended({}, ['vendor.unknown']);
    const { notices, action, patch } = addAllNotices(situation, decide(situation), context);
    expect(notices.map((each) => each.notice)).toEqual(['unpriced', 'leak']);
    expect(action).toBe('alert');
    expect(patch?.leak?.since).toBe(at);
  });

  it('leaves the audit entry to a leak where nobody else speaks', () => {
    const situation = suspended({});
    const { notices, action, reason } = addAllNotices(situation, decide(situation), context);
    expect(notices.map((each) => each.notice)).toEqual(['leak']);
    expect(action).toBe('leak');
    expect(reason).toBe(notices[0]?.detail);
  });

  it('informs persons only where the stage writes to them', () => {
    const situation = situationOf({
      accountHold: { ...hold, ordered: false },
      now,
    });
    const told = (informsPersons: boolean) =>
      addAllNotices(situation, decide(situation), { ...context, informsPersons }).notices.map(
        ({ audience }) => audience,
      );
    expect(told(true)).toEqual(['person']);
    expect(told(false)).toEqual([]);
  });
});

describe('what an addition may change of a decision', () => {
  const added: Addition = { action: 'leak', reason: 'new', cause: 'team', window: 'day:2026-11-22' };

  it.each(['start-suspension', 'alert', 'enforce', 'order-expired'])('keeps the action %s', (action) => {
    const before = { ...quiet, action, reason: 'old', cause: 'own', window: month } as const;
    expect(addNotices(before, added)).toMatchObject({ action, reason: 'old', cause: 'own', window: month });
  });

  it('names an evaluation that has changed nothing', () => {
    const before = { ...quiet, action: 'evaluate', reason: undefined, cause: undefined, window: undefined };
    expect(addNotices(before, added)).toMatchObject(added);
  });

  it('evaluates again at the earlier of two times', () => {
    const later = new Date(now.getTime() + 1);
    expect(addNotices({ ...quiet, dueAt: later }, { dueAt: now }).dueAt).toEqual(now);
    expect(addNotices({ ...quiet, dueAt: now }, { dueAt: later }).dueAt).toEqual(now);
  });
});
