import { assertNever } from '../assert-never.ts';
import { formatUsdShort } from '../money.ts';
import { explainVelocity } from '../pace/velocity.ts';
import type { Cause } from './cause.ts';
import { strictestLevel, type WindowStatus } from './crossings.ts';
import { type StoppedEarly, stopsEarly } from './early-stops.ts';
import type { Wanted } from './next-state.ts';
import { type Order, ordersInForce } from './orders.ts';
import { type Situation, windowStatusesOf } from './situation.ts';

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

/** Whether configuration or an order spares the subject from automatic causes. */
export function isSpared({ state, now, exempt }: Situation): boolean {
  const orders = ordersInForce(state.orders ?? {}, now);
  return exempt || orders.exempt !== undefined || orders.release !== undefined;
}

/** Also in shadow mode, where it is told and nothing else: whoever is spared is not stopped early either. */
export const earlyOf = (situation: Situation): StoppedEarly[] =>
  isSpared(situation)
    ? []
    : stopsEarly(windowStatusesOf(situation), situation.budget, situation.state, situation.pace);

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
