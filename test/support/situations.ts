import { toBudget } from '../../lambda/domain/control/budget.ts';
import type { Situation } from '../../lambda/domain/control/situation.ts';
import { firstState } from '../../lambda/domain/control/state.ts';
import { parseUsd } from '../../lambda/domain/money.ts';

const month = 'month:2026-11';

/** One user with 10.00 USD a month, at noon of 22 November 2026; names only what a test is about. */
export function situationOf(overrides: Partial<Situation> = {}): Situation {
  const now = overrides.now ?? new Date('2026-11-22T12:00:00Z');
  return {
    subject: 'user/alice',
    budget: toBudget({ monthUsd: '10.00' }, 'principal'),
    windows: { day: 'day:2026-11-22', week: 'week:2026-W47', month },
    windowEnds: {
      day: new Date('2026-11-23T00:00:00Z'),
      week: new Date('2026-11-23T00:00:00Z'),
      month: new Date('2026-12-01T00:00:00Z'),
    },
    balances: {},
    state: firstState(now.toISOString(), 'test'),
    members: [],
    holdable: true,
    exempt: false,
    paused: false,
    reconcileMinutes: 180,
    carvedOut: false,
    now,
    ...overrides,
  };
}

/** The month's balance after one request of this price. */
export const spentInMonth = (usd: string): Situation['balances'] => ({
  [month]: { spent: parseUsd(usd), ceiling: 0n, requests: 1 },
});
