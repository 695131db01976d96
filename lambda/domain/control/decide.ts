import { assertNever } from '../assert-never.ts';
import { earliest } from '../earliest.ts';
import { formatUsdShort, type NanoUsd } from '../money.ts';
import type { PaceCheck } from '../pace/pace-check.ts';
import { explainVelocity } from '../pace/velocity.ts';
import type { WindowKind } from '../windows.ts';
import { wantedAccess } from './access.ts';
import type { Budget } from './budget.ts';
import type { Cause } from './cause.ts';
import {
  type Balance,
  type ClaimRoom,
  countedSpend,
  noBalance,
  strictestLevel,
  type WindowStatus,
  waitsForProof,
  windowStatuses,
} from './crossings.ts';
import { marginsAfter, type StoppedEarly, stopsEarly } from './early-stops.ts';
import { type Grace, graceEnds } from './grace.ts';
import { type Action, NextState, type Wanted } from './next-state.ts';
import { expiredOrders, limitsInForce, nextExpiry, type Order, ordersInForce } from './orders.ts';
import { type PoolHold, statusWord } from './pool-holds.ts';
import type { SubjectState } from './state.ts';
import { isHeldItself } from './subject.ts';

export type { Action } from './next-state.ts';

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

export interface AlertDecision {
  readonly windowStatus: WindowStatus;
  /** Newly crossed thresholds, lowest first: alerted together. */
  readonly thresholds: WindowStatus['crossed'];
}

/** What to do, as data: the caller writes state, alerts and actions in one transaction. */
export interface Decision {
  readonly alerts: readonly AlertDecision[];
  /** Operators' orders whose time was over. */
  readonly expired: ReturnType<typeof expiredOrders>;
  readonly actions: readonly Action[];
  /** What changes in the state; undefined where nothing does. */
  readonly patch: Partial<SubjectState> | undefined;
  /** One word for the audit entry. */
  readonly action: string;
  /** Why holds change, where the crossed thresholds do not say it all. */
  readonly reason: string | undefined;
  readonly after: string;
  readonly cause: Cause | undefined;
  readonly window: string | undefined;
  /** When to evaluate again without another event. */
  readonly dueAt: Date | undefined;
  readonly windowStatuses: readonly WindowStatus[];
  /** Windows that are stopped below their limit from now on. */
  readonly stoppedEarly: readonly StoppedEarly[];
}

/** What is claimed only is evaluated again, until it is proven or falls. */
const unprovenLookMs = 60_000;
/** During a pause every sweep evaluates what waits, so that it happens at once when the pause ends. */
const pausedCheckMs = 60_000;
/** A stream keeps a record for a day: what evaluate missed for longer than that is noticed by then. */
const heartbeatMs = 24 * 3_600_000;
/**
 * Decides about one subject from what is true now: level-triggered, so deciding twice changes nothing, and a missed
 * event is made up for by the next look.
 */
export function decide(situation: Situation): Decision {
  const { state, now } = situation;
  const orders = state.orders ?? {};
  const expired = expiredOrders(orders, now);
  const inForce = ordersInForce(orders, now);
  const current: Situation = { ...situation, state: { ...state, orders: inForce } };
  const statuses = windowStatusesOf(current);
  const alerts = newAlerts(statuses, state.alerted);
  const next = new NextState(current);

  if (isHeldItself(situation.budget.scope)) {
    next.reach('own', wantedBy('own', current));
    next.reach('team', wantedBy('team', current));
    next.follow('account', wantedBy('account', current));
    const slowed = wantedBy('velocity', current);
    next.follow('velocity', slowed);
    // Half-open is without the restriction: that is the probe.
    if (slowed !== undefined && current.pace?.velocity.until !== undefined)
      next.due.push(current.pace.velocity.until);
    next.reach('manual', wantedBy('manual', current));
    next.chaseEnforcer();
  } else {
    next.holdPool('own', wantedBy('own', current));
    next.holdPool('manual', wantedBy('manual', current));
    if (situation.budget.scope === 'account') next.steerAccount(situation.windows.month);
  }

  const early = earlyOf(current);
  const margins = marginsAfter(early, state);
  const alerted = alertedNow(statuses, state.alerted, alerts);
  const waiting = situation.paused && next.changesSomething;
  const moves = waiting ? new NextState(current) : next;
  const patch = {
    ...moves.patch,
    ...(alerted === undefined ? {} : { alerted }),
    ...margins,
    ...(expired.length === 0 ? {} : { orders: inForce }),
  };
  return {
    alerts,
    expired,
    actions: moves.actions,
    patch: Object.keys(patch).length > 0 ? patch : undefined,
    action: moves.action ?? (expired.length > 0 ? 'order-expired' : alerts.length > 0 ? 'alert' : 'evaluate'),
    reason: moves.reason,
    // What IAM carries shows in it once the enforcer has said so.
    after:
      isHeldItself(situation.budget.scope) && moves.patch.holds !== undefined
        ? wantedAccess(moves.holds)
        : statusWord(situation.subject, { ...state, holds: moves.holds }),
    cause: moves.cause,
    window: moves.window ?? alerts[0]?.windowStatus.window,
    dueAt: earliest(
      ...(waiting ? [new Date(now.getTime() + pausedCheckMs)] : moves.due),
      nextExpiry(inForce, now),
      graceEnds(
        Object.values(current.balances).map(({ held = {} }) => held),
        graceOf(current),
      ),
      ...routineChecks(current, statuses, now),
      // Counters are a minute or two late.
      ...(waitsForProof(statuses) ? [new Date(now.getTime() + unprovenLookMs)] : []),
    ),
    windowStatuses: statuses,
    stoppedEarly: early.filter((stop) => state.early?.[stop.windowStatus.window] === undefined),
  };
}

/** How the budget stands with the limits in force: raised or replaced by orders. */
export function windowStatusesOf(situation: Situation): WindowStatus[] {
  const { budget, windows, balances, state, now } = situation;
  const orders = ordersInForce(state.orders ?? {}, now);
  const limits = limitsInForce(budget.limits, orders);
  return windowStatuses({ ...budget, limits }, windows, balances, graceOf(situation), situation.claims);
}

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

/** The step that a cause asks for now; undefined where it asks for none. */
export function wantedBy(cause: Cause, situation: Situation): Wanted | undefined {
  if (!situation.holdable) return undefined;
  const orders = ordersInForce(situation.state.orders ?? {}, situation.now);
  const spared = isSpared(situation);
  switch (cause) {
    case 'own':
      return spared ? undefined : wantedOwn(situation);
    case 'team':
      return wantedOfTeam(situation, spared);
    case 'account':
      return wantedOfAccount(situation, spared);
    case 'manual':
      return orders.suspend && wantedByOrder(situation, orders.suspend);
    case 'velocity':
      return spared ? undefined : wantedForVelocity(situation);
    default:
      return assertNever(cause);
  }
}

function isSpared({ state, now, exempt }: Situation): boolean {
  const orders = ordersInForce(state.orders ?? {}, now);
  return exempt || orders.exempt !== undefined || orders.release !== undefined;
}

/** Also in shadow mode, where it is told and nothing else: whoever is spared is not stopped early either. */
const earlyOf = (situation: Situation): StoppedEarly[] =>
  isSpared(situation)
    ? []
    : stopsEarly(windowStatusesOf(situation), situation.budget, situation.state, situation.pace);

function newAlerts(statuses: readonly WindowStatus[], alerted: SubjectState['alerted']): AlertDecision[] {
  return statuses.flatMap((window) => {
    // A limit of zero is crossed before anything was spent: that suspends, and is no news.
    if (window.spent === 0n) return [];
    const thresholds = window.crossed.filter((rung) => !alerted[window.window]?.includes(rung.threshold));
    return thresholds.length > 0 ? [{ windowStatus: window, thresholds }] : [];
  });
}

/** Alerted thresholds of the open windows; undefined where nothing changes. Closed windows are forgotten. */
function alertedNow(
  statuses: readonly WindowStatus[],
  before: SubjectState['alerted'],
  alerts: readonly AlertDecision[],
): SubjectState['alerted'] | undefined {
  if (alerts.length === 0) return undefined;
  return Object.fromEntries(
    statuses.flatMap(({ window }) => {
      const newly = alerts.find((alert) => alert.windowStatus.window === window)?.thresholds ?? [];
      const all = [...(before[window] ?? []), ...newly.map((rung) => rung.threshold)];
      return all.length > 0 ? [[window, all]] : [];
    }),
  );
}

function wantedOwn(situation: Situation): Wanted | undefined {
  const hardest = strictestLevel(windowStatusesOf(situation));
  const [early] = hardest?.level === 'suspended' ? [] : earlyOf(situation);
  if (early !== undefined)
    return { level: 'suspended', window: early.windowStatus.window, reason: early.reason, early: true };
  if (hardest === undefined) return undefined;
  const { window, kind, pattern } = hardest.windowStatus;
  const what = pattern === undefined ? 'budget' : `limit of ${pattern}`;
  return {
    level: hardest.level,
    window,
    reason: explainUse(`The ${kind}'s ${what}`, hardest.windowStatus),
  };
}

/** With the figures that it was decided by: what is read in alerts, by the person concerned, and in the audit trail. */
function explainUse(what: string, { spent, limit }: WindowStatus): string {
  const figures = `${formatUsdShort(spent)} of ${formatUsdShort(limit)}`;
  return spent >= limit ? `${what} is used up: ${figures}.` : `${what} is nearly used up: ${figures}.`;
}

function wantedOfTeam(situation: Situation, spared: boolean): Wanted | undefined {
  const { teamHold: hold, carvedOut } = situation;
  if (hold === undefined || hold.level === 'grace') return undefined;
  const { level, window } = hold;
  if (hold.ordered) {
    // A restore of this member that came later is the newer word of a person, about this one alone.
    const { release } = ordersInForce(situation.state.orders ?? {}, situation.now);
    const restored = release?.lifts !== undefined && release.lifts === hold.order;
    return restored ? undefined : { level: level, window, reason: 'An operator suspended the team.' };
  }
  // What was reserved for a member is its own to use up.
  if (spared || (carvedOut && wantedOwn(situation)?.level !== 'suspended')) return undefined;
  return { level: level, window, reason: 'The team has used up its pool.' };
}

function wantedOfAccount({ accountHold: hold, budget }: Situation, spared: boolean): Wanted | undefined {
  if (hold === undefined || hold.level === 'grace') return undefined;
  const { level, window } = hold;
  // A halt is for everyone whom anything here may touch.
  if (level === 'suspended')
    return { level: level, window, reason: 'All spending in the account is halted.' };
  if (spared || budget.priority !== 'low') return undefined;
  return {
    level: level,
    window,
    reason: "The account's budget is nearly used up, and this budget has a low priority.",
  };
}

function wantedForVelocity({ pace, state, windows }: Situation): Wanted | undefined {
  if (pace === undefined || !pace.restricts || pace.velocity.state !== 'open') return undefined;
  const { velocity } = pace;
  // What opened it may lie in another window than the one that is open when it is lifted.
  const window = state.holds.velocity?.window ?? windows.month;
  const reason =
    'perMinute' in velocity ? explainVelocity(velocity) : 'Spends many times a minute of what is usual.';
  return { level: 'restricted', window, reason };
}

function wantedByOrder({ state, windows }: Situation, { by, reason, execution }: Order): Wanted {
  // An order outlives windows, so the one in which it was first followed stays its name.
  const window = state.holds.manual?.window ?? windows.month;
  return { level: 'suspended', window, reason: `${by} ordered it: ${reason}`, order: execution };
}

function routineChecks(
  { budget, windowEnds, state, reconcileMinutes }: Situation,
  statuses: readonly WindowStatus[],
  now: Date,
): Date[] {
  const after = (ms: number) => new Date(now.getTime() + ms);
  const heartbeat = statuses.some((window) => window.spent > 0n) ? [after(heartbeatMs)] : [];
  // Whoever is held is released when the window turns. To everyone else nothing happens then, and at a month's turn the
  // sweep has to come to the held at once, however many others there are.
  if (Object.keys(state.holds).length === 0) return heartbeat;
  const limits = [budget, ...budget.modelLimits].flatMap((limited) => limited.limits);
  const ends = limits.map(({ kind }) => windowEnds[kind]);
  const reconcile = isHeldItself(budget.scope) ? [after(reconcileMinutes * 60_000)] : [];
  return [...ends, ...reconcile, ...heartbeat];
}
