import { earliest } from '../earliest.ts';
import { wantedAccess } from './access.ts';
import type { Cause } from './cause.ts';
import { type WindowStatus, waitsForProof } from './crossings.ts';
import { marginsAfter, type StoppedEarly } from './early-stops.ts';
import { graceEnds } from './grace.ts';
import { type Action, NextState } from './next-state.ts';
import { expiredOrders, nextExpiry, ordersInForce } from './orders.ts';
import { statusWord } from './pool-holds.ts';
import { graceOf, type Situation, windowStatusesOf } from './situation.ts';
import type { SubjectState } from './state.ts';
import { isHeldItself } from './subject.ts';
import { earlyOf, wantedBy } from './wanted-hold.ts';

export type { Action } from './next-state.ts';

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
    action: wordFor(moves, expired, alerts),
    reason: moves.recorded?.reason,
    // What IAM carries shows in it once the enforcer has said so.
    after:
      isHeldItself(situation.budget.scope) && moves.patch.holds !== undefined
        ? wantedAccess(moves.holds)
        : statusWord(situation.subject, { ...state, holds: moves.holds }),
    cause: moves.recorded?.cause,
    window: moves.recorded?.window ?? alerts[0]?.windowStatus.window,
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

/**
 * The word of the audit entry: the first of these that applies. Alerters may only replace the last one (`firstAction`).
 */
const wordFor = (
  { recorded, actions }: NextState,
  expired: readonly unknown[],
  alerts: readonly unknown[],
): string =>
  [
    recorded?.action,
    actions.some(({ type }) => type === 'enforce') && 'enforce',
    expired.length > 0 && 'order-expired',
    alerts.length > 0 && 'alert',
  ].find((word) => typeof word === 'string') || 'evaluate';

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
