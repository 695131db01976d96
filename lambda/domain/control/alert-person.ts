import { subjectOf } from '../subject.ts';
import { windowKinds } from '../windows.ts';
import { type AlertingDecision, addNotices } from './add-notices.ts';
import type { Cause } from './cause.ts';
import { notice } from './notice.ts';
import type { Orders } from './orders.ts';
import { type Situation, spentIn } from './situation.ts';

/** When a suspension ends, where that is not with its window; undefined where it is. */
export function heldUntil(cause: Cause, orders: Orders | undefined): string | undefined {
  if (cause === 'account') return 'lifted';
  return cause === 'manual' ? (orders?.suspend?.expiresAt ?? 'lifted') : undefined;
}

/**
 * Informs each person of a halt and of its end. The admins get one alert for the whole account. Whoever is held for
 * another cause, too, notices nothing of it. Decides about nothing.
 */
export function alertPerson(situation: Situation, decision: AlertingDecision): AlertingDecision {
  const { subject, state } = situation;
  const after = decision.patch?.holds ?? state.holds;
  if (subjectOf(subject).scope !== 'principal' || state.holds.account?.level === after.account?.level)
    return decision;
  const others = [state.holds, after].some((holds) =>
    Object.entries(holds).some(([cause, { level }]) => cause !== 'account' && level === 'suspended'),
  );
  if (others) return decision;
  if (after.account?.level === 'suspended') return told(situation, decision, 'suspended', after.account);
  return state.holds.account?.level === 'suspended'
    ? told(situation, decision, 'restored', state.holds.account)
    : decision;
}

/** A halt by the account's budget ends with its window at the latest, an ordered one by a person alone. */
function haltedUntil({ accountHold, windows, windowEnds }: Situation): string {
  const kind = windowKinds.find((each) => windows[each] === accountHold?.window);
  return accountHold === undefined || accountHold.ordered || kind === undefined
    ? 'lifted'
    : windowEnds[kind].toISOString();
}

function told(
  situation: Situation,
  decision: AlertingDecision,
  name: 'suspended' | 'restored',
  { since, reason }: { readonly since: string; readonly reason: string },
): AlertingDecision {
  const { subject, windows, budget, now } = situation;
  const limit = budget.limits.at(-1);
  const window = windows[limit?.kind ?? 'month'];
  const suspended = name === 'suspended';
  const alert = notice(name, {
    ...{ subject, window, id: `${name}#account#${since}`, audience: 'person', enforcing: true, now },
    severity: suspended ? 'warning' : 'info',
    spent: spentIn(situation, window),
    limit: limit?.amount ?? 0n,
    detail: suspended ? reason : undefined,
    heldUntil: suspended ? haltedUntil(situation) : undefined,
  });
  return addNotices(decision, { notices: [alert] });
}
