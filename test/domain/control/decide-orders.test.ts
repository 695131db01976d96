import type { Hold, Holds } from '../../../lambda/domain/control/access.ts';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import type { Cause } from '../../../lambda/domain/control/cause.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import type { Order } from '../../../lambda/domain/control/orders.ts';
import type { PoolHold } from '../../../lambda/domain/control/pool-holds.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { situationOf, spentInMonth } from '../../support/situations.ts';

const now = new Date('2026-11-22T12:00:00Z');
const month = 'month:2026-11';
const order: Order = {
  ...{ by: 'user/ops', verified: true, reason: 'as asked', since: now.toISOString() },
  execution: 'override-1',
};
const hold = (level: Hold['level']): Hold => ({
  level,
  window: month,
  since: now.toISOString(),
  reason: 'r',
});
const mark = (step: Hold['level'], ordered = false): PoolHold => ({ ...hold(step), ordered });

function situation(
  spentUsd: string,
  { state = {}, ...more }: Partial<Omit<Situation, 'state'>> & { state?: Partial<SubjectState> } = {},
): Situation {
  return situationOf({
    balances: spentInMonth(spentUsd),
    state: {
      ...firstState(now.toISOString(), 'test'),
      alerted: { [month]: ['50%', '80%', '90%', '95%', '100%'] },
      ...state,
    },
    now,
    ...more,
  });
}
const account = (spentUsd: string, state: Partial<SubjectState> = {}) =>
  situation(spentUsd, { subject: 'account', budget: toBudget({ monthUsd: '10.00' }, 'account'), state });
const does = (decision: ReturnType<typeof decide>) =>
  decision.actions.map((action) =>
    action.type === 'start' ? `${action.workflow} ${action.cause}` : action.type,
  );

describe('a halt', () => {
  it('begins when the account budget is used up: a mark at once, and the workflow that sees to everyone', () => {
    const decision = decide(account('10'));

    expect(decision.patch?.holds?.own?.level).toBe('suspended');
    expect(does(decision)).toEqual(['halt account']);
  });

  it('holds whoever is looked at, at once and without a workflow of its own', () => {
    const decision = decide(situation('0', { accountHold: mark('suspended') }));

    expect(decision.patch?.holds).toMatchObject({ account: { level: 'suspended', window: month } });
    expect(does(decision)).toEqual(['enforce']);
    expect(decision.after).toBe('halted');
  });

  it('holds the exempt too, but not in shadow mode', () => {
    expect(does(decide(situation('0', { accountHold: mark('suspended'), exempt: true })))).toEqual([
      'enforce',
    ]);
    expect(does(decide(situation('0', { accountHold: mark('suspended'), holdable: false })))).toEqual([]);
  });

  it('leaves a suspension for another cause in place when it ends', () => {
    const holds: Holds = { own: hold('suspended'), account: hold('suspended') };
    const decision = decide(
      situation('12', { state: { holds, enforced: { level: 'suspended', outcome: 'matched' } } }),
    );

    expect(decision.patch?.holds).toEqual({ own: hold('suspended') });
    expect(decision.after).toBe('suspended');
  });

  it('is not started again while its workflow is at work, nor once everyone is halted', () => {
    const holds = { own: hold('suspended') };
    const pending = {
      account: { workflow: 'halt', window: month, execution: 'halt-1', since: now.toISOString() },
    } as const;

    expect(does(decide(account('10', { holds, pending })))).toEqual([]);
    expect(does(decide(account('10', { holds, accountState: 'halted' })))).toEqual([]);
  });

  it('that failed is started again once its patience is over, under another name', () => {
    const holds = { own: hold('suspended') };
    const failure = { at: '', error: 'throttled', retryAt: '2026-11-22T12:05:00Z' };

    expect(does(decide(account('10', { holds, failure })))).toEqual([]);
    const later = { ...account('10', { holds, failure, counter: 3 }), now: new Date('2026-11-22T12:05:00Z') };
    expect(does(decide(later))).toEqual(['halt account']);
  });

  it('is overtaken by a resume: its place is given to the other workflow in one decision', () => {
    const pending = {
      account: { workflow: 'halt', window: month, execution: 'halt-1', since: now.toISOString() },
    } as const;
    const decision = decide(
      account('10', { holds: { own: hold('suspended') }, pending, orders: { release: order } }),
    );

    expect(does(decision)).toEqual(['resume account']);
    expect(decision.patch?.pending?.account?.workflow).toBe('resume');
    expect(decision.patch?.holds).toEqual({});
  });

  it('ends with the window, by a resume', () => {
    const before = { ...hold('suspended'), window: 'month:2026-10' };
    expect(does(decide(account('0', { holds: { own: before }, accountState: 'halted' })))).toEqual([
      'resume account',
    ]);
  });

  it('of an operator outlives the window', () => {
    const decision = decide(
      account('0', {
        holds: { manual: hold('suspended') },
        accountState: 'halted',
        orders: { suspend: order },
      }),
    );
    expect(does(decision)).toEqual([]);
  });
});

describe("near the account's limit", () => {
  it('those of low priority are restricted, and nobody else', () => {
    const low = toBudget({ monthUsd: '10.00', priority: 'low' }, 'principal');
    const accountHold = mark('restricted');

    expect(decide(situation('0', { accountHold, budget: low })).patch?.holds).toMatchObject({
      account: { level: 'restricted' },
    });
    expect(does(decide(situation('0', { accountHold })))).toEqual([]);
    expect(does(decide(situation('0', { accountHold, budget: low, exempt: true })))).toEqual([]);
  });
});

describe("an operator's order", () => {
  it('to suspend starts a suspension for the manual cause, without any spending', () => {
    expect(does(decide(situation('0', { state: { orders: { suspend: order } } })))).toEqual([
      'suspension manual',
    ]);
  });

  it('to suspend is followed for an exempt principal too', () => {
    expect(does(decide(situation('0', { exempt: true, state: { orders: { suspend: order } } })))).toEqual([
      'suspension manual',
    ]);
  });

  it('that has ended is dropped, with the hold it brought', () => {
    const ended = { ...order, expiresAt: now.toISOString() };
    const decision = decide(
      situation('0', {
        state: {
          ...{ orders: { suspend: ended }, holds: { manual: hold('suspended') } },
          enforced: { level: 'suspended', outcome: 'matched' },
        },
      }),
    );

    expect(decision.patch?.orders).toEqual({});
    expect(decision.expired.map(({ kind }) => kind)).toEqual(['suspend']);
    expect(does(decision)).toEqual(['restoration manual']);
  });

  it('to restore ends a suspension for an own, a team or a manual cause, and holds off the next', () => {
    const causes: Cause[] = ['own', 'team', 'manual'];
    for (const cause of causes) {
      const state = { holds: { [cause]: hold('suspended') }, orders: { release: order } };
      const enforced = { level: 'suspended', outcome: 'matched' } as const;
      const decision = decide(
        situation('12', { teamHold: mark('suspended'), state: { ...state, enforced } }),
      );
      expect(does(decision)).toEqual([`restoration ${cause}`]);
    }
    expect(does(decide(situation('12', { state: { orders: { release: order } } })))).toEqual([]);
  });

  it('to restore does not free anyone from a halt', () => {
    const decision = decide(
      situation('0', { accountHold: mark('suspended'), state: { orders: { release: order } } }),
    );
    expect(decision.after).toBe('halted');
  });

  it('to suspend a team holds its members, carve-out or not', () => {
    const decision = decide(situation('0', { teamHold: mark('suspended', true), carvedOut: true }));
    expect(does(decision)).toEqual(['suspension team']);
  });

  it('to extend moves the thresholds: what was crossed is no more', () => {
    const extension = { ...order, window: 'month', amountUsd: '10' } as const;
    const state = { holds: { own: hold('suspended') }, orders: { extensions: [extension] } };
    const decision = decide(
      situation('12', { state: { ...state, enforced: { level: 'suspended', outcome: 'matched' } } }),
    );

    expect(decision.windowStatuses[0]?.limit).toBe(parseUsd('20'));
    expect(does(decision)).toEqual(['restoration own']);
  });

  it('asks for another look when it ends', () => {
    const expiresAt = '2026-11-22T13:00:00.000Z';
    const decision = decide(situation('1', { state: { orders: { exempt: { ...order, expiresAt } } } }));
    expect(decision.dueAt?.toISOString()).toBe(expiresAt);
  });
});

describe('the mildest step', () => {
  it('takes the most expensive models away, and gives way to the harder ones', () => {
    const thresholds = [
      { at: '50%', do: ['no-premium'] },
      { at: '80%', do: ['restrict'] },
    ] as const;
    const budget = toBudget(
      { monthUsd: '10', thresholds: thresholds.map((rung) => ({ ...rung, do: [...rung.do] })) as never },
      'principal',
    );

    const mild = decide(situation('6', { budget }));
    expect(mild.patch?.holds?.own?.level).toBe('no-premium');
    const harder = decide(situation('8', { budget, state: { holds: { own: hold('no-premium') } } }));
    expect(harder.patch?.holds?.own?.level).toBe('restricted');
    expect(harder.after).toBe('restricted');
  });
});
