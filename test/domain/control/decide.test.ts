import type { Hold } from '../../../lambda/domain/control/access.ts';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import { type PoolHold, poolHoldOf } from '../../../lambda/domain/control/pool-holds.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { situationOf, spentInMonth } from '../../support/situations.ts';

const now = new Date('2026-11-22T12:00:00Z');
const month = 'month:2026-11';

const situation = (spentUsd: string, overrides: Partial<Situation> = {}): Situation =>
  situationOf({ balances: spentInMonth(spentUsd), now, ...overrides });

const held = (level: Hold['level'], patch: Partial<SubjectState> = {}): SubjectState => ({
  ...firstState(now.toISOString(), 'test'),
  holds: { own: { level, window: month, since: now.toISOString(), reason: 'test' } },
  enforced: { level: level === 'suspended' ? 'suspended' : 'restricted', outcome: 'matched' },
  alerted: { [month]: ['50%', '80%', '90%', '95%', '100%'] },
  ...patch,
});
const types = (s: Situation) => decide(s).actions.map((a) => (a.type === 'start' ? a.workflow : a.type));

describe('a decision', () => {
  it('below every threshold does nothing', () => {
    const decision = decide(situation('4.99'));
    expect(decision).toMatchObject({ alerts: [], actions: [], patch: undefined });
  });

  it('reports all rungs of one jump in one alert, lowest first', () => {
    const { alerts } = decide(situation('9.20'));
    expect(alerts.map(({ thresholds }) => thresholds.map((rung) => rung.threshold))).toEqual([
      ['50%', '80%', '90%'],
    ]);
  });

  it('restricts here and now, and asks the enforcer', () => {
    const decision = decide(situation('9.00'));
    expect(decision.patch?.holds).toMatchObject({ own: { level: 'restricted', window: month } });
    expect(decision.actions).toEqual([{ type: 'enforce' }]);
  });

  it('suspends by a workflow, whose name is the crossing', () => {
    const decision = decide(situation('10.00'));
    expect(decision.actions).toMatchObject([
      { type: 'start', workflow: 'suspension', cause: 'own', window: month },
    ]);
    expect(decision.patch?.holds).toBeUndefined();
    expect(
      types(
        situation('10.00', { state: { ...situation('0').state, pending: decision.patch?.pending ?? {} } }),
      ),
    ).toEqual([]);
  });

  it('names a second suspension of the same window differently once the first was lifted', () => {
    const name = (counter: number) => {
      const state = { ...situation('0').state, counter };
      return decide(situation('10', { state })).actions.flatMap((a) =>
        a.type === 'start' ? a.execution : [],
      )[0];
    };
    expect(name(0)).toBe(name(0));
    expect(name(1)).not.toBe(name(0));
    expect(name(0)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  });

  it('decided again on its own outcome does nothing more', () => {
    expect(decide(situation('10.00', { state: held('suspended') }))).toMatchObject({
      alerts: [],
      actions: [],
      patch: undefined,
    });
    expect(decide(situation('9.50', { state: held('restricted') }))).toMatchObject({
      alerts: [],
      actions: [],
      patch: undefined,
    });
  });

  it('restores by a workflow what is suspended but no longer over its limit', () => {
    const raised = toBudget({ monthUsd: '20.00' }, 'principal');
    expect(types(situation('10.00', { state: held('suspended'), budget: raised }))).toEqual(['restoration']);
    expect(types(situation('18.50', { state: held('suspended'), budget: raised }))).toEqual(['restoration']);
  });

  it('lifts a restriction here and now when the window turned', () => {
    const decision = decide(situation('0', { state: held('restricted', { alerted: {} }) }));
    expect(decision.patch).toMatchObject({ holds: {}, counter: 1 });
    expect(decision.actions).toEqual([{ type: 'enforce' }]);
  });

  it('keeps the hold when another window asks for it, and lets it end with that one', () => {
    const budget = toBudget({ dayUsd: '1.00', monthUsd: '10.00' }, 'principal');
    const state = held('suspended', {
      holds: { own: { level: 'suspended', window: 'day:2026-11-21', since: '', reason: '' } },
    });
    const decision = decide(situation('10', { budget, state }));
    expect(decision.actions).toEqual([]);
    expect(decision.patch?.holds?.own).toMatchObject({ level: 'suspended', window: month });
  });

  it('tries a failed suspension again when its time has come, not before', () => {
    const failed = (retryAt: string) =>
      held('suspended', { failure: { at: '', retryAt, error: 'test' }, counter: 1 });
    const early = decide(situation('10', { state: failed('2026-11-22T12:05:00Z') }));
    expect(early.actions).toEqual([]);
    expect(early.dueAt).toEqual(new Date('2026-11-22T12:05:00Z'));
    expect(types(situation('10', { state: failed('2026-11-22T11:55:00Z') }))).toEqual(['suspension']);
  });

  it('leaves alone where nothing can bite, instead of starting over for ever', () => {
    const state = held('suspended', { enforced: { level: 'none', outcome: 'unenforceable' } });
    expect(types(situation('10', { state }))).toEqual([]);
  });

  it('in shadow or for the exempt alerts but holds nothing', () => {
    const decision = decide(situation('12', { holdable: false }));
    expect(decision.alerts).toHaveLength(1);
    expect(decision.actions).toEqual([]);
    expect(decision.patch?.holds).toBeUndefined();
  });

  it('while enforcement is paused alerts, and leaves everything else for the first look after the pause', () => {
    const { alerts, actions, patch, dueAt } = decide(situation('12', { paused: true }));
    expect(alerts).toHaveLength(1);
    expect(actions).toEqual([]);
    expect(Object.keys(patch ?? {})).toEqual(['alerted']);
    expect(dueAt).toEqual(new Date('2026-11-22T12:01:00Z'));
    const suspended = decide(situation('0', { paused: true, state: held('suspended') }));
    expect(suspended).toMatchObject({ actions: [], patch: undefined });
    expect(decide(situation('1', { paused: true })).dueAt).toEqual(new Date('2026-11-23T12:00:00Z'));
  });

  it('suspends the members of a team that has used up its pool, for that window only', () => {
    const hold: Hold = { level: 'suspended', window: month, since: '', reason: '' };
    expect(decide(situation('0', { teamHold: { ...hold, ordered: false } })).actions).toMatchObject([
      { workflow: 'suspension', cause: 'team' },
    ]);
    expect(
      types(
        situation('0', {
          teamHold: poolHoldOf({ own: { ...hold, window: 'month:2026-10' } }, situation('0').windows),
        }),
      ),
    ).toEqual([]);
  });

  it('leaves a member alone that has a budget of its own left', () => {
    const teamHold: PoolHold = { level: 'suspended', window: month, since: '', reason: '', ordered: false };
    expect(types(situation('1', { teamHold, carvedOut: true }))).toEqual([]);
    expect(types(situation('10', { teamHold, carvedOut: true }))).toEqual(['suspension', 'suspension']);
  });

  it('ends a grace period at once when the limit was raised or the window turned', () => {
    const pending = {
      own: { workflow: 'suspension' as const, window: month, execution: 'x', since: now.toISOString() },
    };
    const decision = decide(situation('1', { state: held('grace', { pending }) }));
    expect(decision.patch).toMatchObject({ holds: {}, pending: {}, counter: 1 });
    expect(decision.actions).toEqual([{ type: 'enforce' }]);
    const near = decide(situation('9.5', { state: held('grace', { pending }) }));
    expect(near.patch?.holds?.own).toMatchObject({ level: 'restricted', window: month });
    expect(types(situation('10', { state: held('grace', { pending }) }))).toEqual([]);
  });

  it('suspends at a limit of zero, and sends no alert about nothing', () => {
    const decision = decide(situation('0', { budget: toBudget({ monthUsd: '0' }, 'principal') }));
    expect(decision.alerts).toEqual([]);
    expect(decision.actions).toMatchObject([{ workflow: 'suspension' }]);
  });

  it('marks an exhausted pool and wakes its members, without a workflow of its own', () => {
    const team = situation('100', {
      subject: 'team/ml',
      budget: toBudget({ monthUsd: '100' }, 'team'),
      members: ['user/a', 'user/b'],
    });
    const decision = decide(team);
    expect(decision.patch?.holds).toMatchObject({ own: { level: 'suspended', window: month } });
    expect(decision.actions).toEqual([
      { type: 'evaluate', subject: 'user/a' },
      { type: 'evaluate', subject: 'user/b' },
    ]);
  });

  it('counts a ceiling price against its own principal and against nobody else', () => {
    const balances = { [month]: { spent: 0n, ceiling: parseUsd('10'), requests: 1 } };
    expect(types(situation('0', { balances }))).toEqual(['suspension']);
    expect(decide(situation('0', { balances, budget: toBudget({ monthUsd: '10' }, 'team') })).alerts).toEqual(
      [],
    );
    expect(
      decide(situation('0', { balances, budget: toBudget({ monthUsd: '10' }, 'account') })).alerts,
    ).toEqual([]);
  });

  it('asks for another look when a window ends, at the latest a day after spending', () => {
    expect(decide(situation('1')).dueAt).toEqual(new Date('2026-11-23T12:00:00Z'));
    expect(decide(situation('0')).dueAt).toBeUndefined();
    expect(decide(situation('0', { state: held('suspended') })).dueAt).toBeDefined();
  });
});
