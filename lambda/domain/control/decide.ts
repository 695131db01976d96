import type { Cause } from '../../contracts/workflows.ts';
import { earliest } from '../earliest.ts';
import type { WindowKind } from '../windows.ts';
import { type Hold, wantedAccess } from './access.ts';
import type { Budget } from './budget.ts';
import { type Balance, hardestStep, standings, type WindowStanding } from './crossings.ts';
import { type Action, NextState, type Wanted } from './next-state.ts';
import type { SubjectState } from './state.ts';

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
  /** Of a principal in a team: the pool's own hold, if the pool is used up. */
  readonly teamHold?: Hold | undefined;
  /** Of a principal in a team: it has a budget of its own beside the pool. */
  readonly carvedOut: boolean;
  /** Of a team: who draws from it. */
  readonly members: readonly string[];
  /** False in shadow mode, and for exempt and break-glass principals: alerts go on, nothing is held. */
  readonly holdable: boolean;
  /** The robot is stopped: what would be held or lifted has to wait. */
  readonly paused: boolean;
  /** Between two readings of IAM for whoever is held. */
  readonly reconcileMinutes: number;
  readonly now: Date;
}

export interface AlertDecision {
  readonly standing: WindowStanding;
  /** Newly crossed thresholds, lowest first: alerted together. */
  readonly thresholds: WindowStanding['crossed'];
}

/** What to do, as data: the caller writes state, alerts and actions in one transaction. */
export interface Decision {
  readonly alerts: readonly AlertDecision[];
  readonly actions: readonly Action[];
  /** What changes in the state; undefined where nothing does. */
  readonly patch: Partial<SubjectState> | undefined;
  /** One word for the audit entry. */
  readonly action: string;
  readonly after: string;
  readonly cause: Cause | undefined;
  readonly window: string | undefined;
  /** When time alone asks for another look. */
  readonly dueAt: Date | undefined;
  readonly standings: readonly WindowStanding[];
}

/** What waits for the end of a pause is looked at with every sweep, so that it happens at once then. */
const pausedLookMs = 60_000;
/** A stream keeps a record for a day: what evaluate missed for longer than that is noticed by then. */
const heartbeatMs = 24 * 3_600_000;
/**
 * Decides about one subject from what is true now: level-triggered, so deciding twice changes nothing, and a missed
 * event is made up for by the next look.
 */
export function decide(situation: Situation): Decision {
  const { state, now } = situation;
  const standing = standings(situation.budget, situation.windows, situation.balances);
  const alerts = newAlerts(standing, state.alerted);
  const next = new NextState(situation);

  if (situation.budget.scope === 'principal') {
    next.reach('own', wantedOwn(situation, standing));
    next.reach('team', wantedOfTeam(situation));
    next.chaseEnforcer();
  } else {
    next.markPool(wantedOwn(situation, standing));
  }

  const alerted = alertedNow(standing, state.alerted, alerts);
  const waiting = situation.paused && next.changesSomething;
  const moves = waiting ? new NextState(situation) : next;
  const patch = { ...moves.patch, ...(alerted === undefined ? {} : { alerted }) };
  return {
    alerts,
    actions: moves.actions,
    patch: Object.keys(patch).length > 0 ? patch : undefined,
    action: moves.action ?? (alerts.length > 0 ? 'alert' : 'evaluate'),
    after: wantedAccess(moves.holds),
    cause: moves.cause,
    window: moves.window ?? alerts[0]?.standing.window,
    dueAt: earliest(
      ...(waiting ? [new Date(now.getTime() + pausedLookMs)] : moves.due),
      ...routineLooks(situation, standing, now),
    ),
    standings: standing,
  };
}

/** The step that a cause asks for now; undefined where it asks for none. */
export function wantedBy(cause: Cause, situation: Situation): Wanted | undefined {
  if (cause === 'team') return wantedOfTeam(situation);
  return wantedOwn(situation, standings(situation.budget, situation.windows, situation.balances));
}

function newAlerts(standing: readonly WindowStanding[], alerted: SubjectState['alerted']): AlertDecision[] {
  return standing.flatMap((window) => {
    // A limit of zero is crossed before anything was spent: that suspends, and is no news.
    if (window.spent === 0n) return [];
    const thresholds = window.crossed.filter((rung) => !alerted[window.window]?.includes(rung.threshold));
    return thresholds.length > 0 ? [{ standing: window, thresholds }] : [];
  });
}

/** Alerted thresholds of the open windows; undefined where nothing changes. Closed windows are forgotten. */
function alertedNow(
  standing: readonly WindowStanding[],
  before: SubjectState['alerted'],
  alerts: readonly AlertDecision[],
): SubjectState['alerted'] | undefined {
  if (alerts.length === 0) return undefined;
  return Object.fromEntries(
    standing.flatMap(({ window }) => {
      const newly = alerts.find((alert) => alert.standing.window === window)?.thresholds ?? [];
      const all = [...(before[window] ?? []), ...newly.map((rung) => rung.threshold)];
      return all.length > 0 ? [[window, all]] : [];
    }),
  );
}

function wantedOwn(situation: Situation, standing: readonly WindowStanding[]): Wanted | undefined {
  if (!situation.holdable) return undefined;
  const hardest = hardestStep(standing);
  if (hardest === undefined) return undefined;
  const { window, kind } = hardest.standing;
  return { step: hardest.step, window, reason: `The ${kind}'s budget reached a threshold that asks for it.` };
}

function wantedOfTeam(situation: Situation): Wanted | undefined {
  const { teamHold, holdable, windows, carvedOut } = situation;
  // What was reserved for a member is its own to use up.
  if (carvedOut && wantedBy('own', situation)?.step !== 'suspend') return undefined;
  // A pool's hold of a window that is over frees its members even before the pool itself was looked at again.
  if (!holdable || teamHold === undefined || !Object.values(windows).includes(teamHold.window))
    return undefined;
  return { step: 'suspend', window: teamHold.window, reason: 'The team has used up its pool.' };
}

function routineLooks(
  { budget, windowEnds, state, reconcileMinutes }: Situation,
  standing: readonly WindowStanding[],
  now: Date,
): Date[] {
  const spending = standing.filter((window) => window.spent > 0n);
  if (spending.length === 0 && Object.keys(state.holds).length === 0) return [];
  const ends = budget.limits.map(({ kind }) => windowEnds[kind]);
  const held = Object.keys(state.holds).length > 0 && budget.scope === 'principal';
  if (held) ends.push(new Date(now.getTime() + reconcileMinutes * 60_000));
  return spending.length === 0 ? ends : [...ends, new Date(now.getTime() + heartbeatMs)];
}
