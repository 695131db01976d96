import { subjectOf } from '../subject.ts';
import { windowKinds } from '../windows.ts';
import type { Alert } from './alert.ts';
import type { AlertingDecision } from './alert-unpriced.ts';
import type { Cause } from './cause.ts';
import { type Situation, spentIn } from './decide.ts';
import type { Orders } from './orders.ts';

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
  notice: 'suspended' | 'restored',
  { since, reason }: { readonly since: string; readonly reason: string },
): AlertingDecision {
  const { subject, windows, budget, now } = situation;
  const limit = budget.limits.at(-1);
  const window = windows[limit?.kind ?? 'month'];
  const suspended = notice === 'suspended';
  const alert: Alert = {
    ...{ subject, window, id: `${notice}#account#${since}`, kind: 'notice', notice, audience: 'person' },
    ...{ severity: suspended ? 'warning' : 'info', publish: true, together: [], enforcing: true },
    spent: spentIn(situation, window),
    limit: limit?.amount ?? 0n,
    at: now.toISOString(),
    detail: suspended ? reason : undefined,
    heldUntil: suspended ? haltedUntil(situation) : undefined,
  };
  return { ...decision, notices: [...decision.notices, alert] };
}
