import type { NanoUsd } from '../money.ts';
import type { PaceCheck } from '../pace/pace-check.ts';
import type { WindowKind } from '../windows.ts';
import type { Budget } from './budget.ts';
import {
  type Balance,
  type ClaimRoom,
  countedSpend,
  noBalance,
  type WindowStatus,
  windowStatuses,
} from './crossings.ts';
import type { Grace } from './grace.ts';
import { limitsInForce, ordersInForce } from './orders.ts';
import type { PoolHold } from './pool-holds.ts';
import type { SubjectState } from './state.ts';

/** Everything a decision about one subject rests on. */
export interface Situation {
  readonly subject: string;
  readonly budget: Budget;
  /** The windows that are open now, and when each ends. */
  readonly windows: Readonly<Record<WindowKind, string>>;
  readonly windowEnds: Readonly<Record<WindowKind, Date>>;
  readonly balances: Readonly<Record<string, Balance>>;
  readonly state: SubjectState;
  /** Of a principal in a team: what the pool asks of its members. */
  readonly teamHold?: PoolHold | undefined;
  /** Of a principal: what the account asks of everyone. */
  readonly accountHold?: PoolHold | undefined;
  /** Of a principal in a team: it has a budget of its own beside the pool. */
  readonly carvedOut: boolean;
  /** Of a team: who draws from it. Of the account: whose low priority configuration names. */
  readonly members: readonly string[];
  /** False in shadow mode and for break-glass principals: alerts go on, nothing is held. */
  readonly holdable: boolean;
  /** Configuration spares this principal from automatic causes; a manual suspension and a halt apply. */
  readonly exempt: boolean;
  /** enforcement is paused: what would be held or lifted has to wait. */
  readonly paused: boolean;
  /** Between two reads of IAM for a principal with a hold. */
  readonly reconcileMinutes: number;
  /** What its calls count in by the budget and the settings, by name. */
  readonly counts?: readonly string[] | undefined;
  /** How long admins have to price a model before its calls count in full. @default 0 */
  readonly unpricedGraceHours?: number | undefined;
  /** Of whoever is held itself: how fast it spends. */
  readonly pace?: PaceCheck | undefined;
  /** Of a pool whose rungs hang on claims: what AWS's counters leave to them. */
  readonly claims?: ClaimRoom | undefined;
  readonly now: Date;
}

/** How the budget stands with the limits in force: raised or replaced by orders. */
export function windowStatusesOf(situation: Situation): WindowStatus[] {
  const before = known.get(situation);
  if (before !== undefined) return before;
  const { budget, windows, balances, state, now } = situation;
  const orders = ordersInForce(state.orders ?? {}, now);
  const limits = limitsInForce(budget.limits, orders);
  const grace = graceOf(situation);
  const statuses = windowStatuses({ ...budget, limits }, windows, balances, grace, situation.claims);
  known.set(situation, statuses);
  return statuses;
}

/** Every part of a decision asks, about a situation that does not change meanwhile. */
const known = new WeakMap<Situation, WindowStatus[]>();

/** What of ceilings is held back now, and until when. */
export const graceOf = ({
  state,
  unpricedGraceHours = 0,
  now,
}: Pick<Situation, 'state' | 'unpricedGraceHours' | 'now'>): Grace => ({
  told: state.unpricedTold ?? {},
  hours: unpricedGraceHours,
  now,
});

/** What counts in a window now, in nano-USD: of a limit in force, by the figures that it is decided by. */
export function spentIn(situation: Situation, window: string): NanoUsd {
  const statuses = windowStatusesOf(situation).find((each) => each.window === window);
  const { balances, budget } = situation;
  return (
    statuses?.spent ??
    countedSpend(balances[window] ?? noBalance, budget.scope, undefined, graceOf(situation))
  );
}
