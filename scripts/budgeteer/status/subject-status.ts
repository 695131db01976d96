import { type Access, accessOf, enforcedLevelFor, type Hold } from '../../../lambda/domain/control/access.ts';
import { suspensionIn } from '../../../lambda/domain/control/alert-leak.ts';
import { specFor, toBudget } from '../../../lambda/domain/control/budget.ts';
import type { Cause } from '../../../lambda/domain/control/cause.ts';
import { noBalance, windowStatuses } from '../../../lambda/domain/control/crossings.ts';
import { limitsInForce, ordersInForce } from '../../../lambda/domain/control/orders.ts';
import { graceOf } from '../../../lambda/domain/control/situation.ts';
import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import {
  isHeldItself,
  modeOf,
  protectionOf,
  scopeIn,
  teamOf,
} from '../../../lambda/domain/control/subject.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { economyModels } from '../../../lambda/domain/pricing/economy-models.ts';
import { premiumModels } from '../../../lambda/domain/pricing/premium-models.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { windowBounds, windowKinds } from '../../../lambda/domain/windows.ts';
import { openWindows } from '../../../lambda/use-cases/deciding/read-situation.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { KnownSubject } from '../deployment/read-budget-items.ts';
import { type SubjectOrder, subjectOrders } from './subject-orders.ts';

/** One hold in force: why someone may not, since when, and when it ends by itself. */
export interface SubjectHold {
  readonly cause: Cause;
  readonly level: Hold['level'];
  readonly window: string;
  readonly since: string;
  /** Undefined where only a person ends it. */
  readonly until: string | undefined;
  readonly reason: string;
}

export interface SubjectWindow {
  readonly spentUsd: string;
  readonly limitUsd: string;
  readonly leftUsd: string;
  readonly requests: number;
  readonly endsAt: string;
}

/** How one subject stands now. */
export interface SubjectStatus {
  readonly subject: string;
  readonly access: Access;
  readonly causes: readonly Cause[];
  readonly team: string | undefined;
  readonly protection: 'exempt' | 'break-glass' | undefined;
  readonly mode: 'enforce' | 'shadow';
  readonly holds: readonly SubjectHold[];
  readonly windows: Readonly<Record<string, SubjectWindow>>;
  /** What operators ordered and is in force. */
  readonly orders: readonly SubjectOrder[];
  /** Models that go on working while it is limited to economy models; undefined where it is not. */
  readonly stillWorks: readonly string[] | undefined;
  /** Models that do not work while it is kept from the most expensive ones; undefined where it is not. */
  readonly refused: readonly string[] | undefined;
  /** Whom to ask. */
  readonly contact: string | undefined;
  /** What keeps IAM from being as it should. */
  readonly trouble: string | undefined;
  readonly lastChange: { readonly at: string; readonly action: string; readonly reason: string };
}

/** Undefined for whoever was never seen, or has no budget (any more). */
export function subjectStatusOf(
  known: KnownSubject,
  { settings, clock }: Deployment,
): SubjectStatus | undefined {
  const { subject, state, operatorSpec, taggedTeam, taggedTier: tier, balances } = known;
  const spec = specFor(subject, operatorSpec, settings, {
    team: teamOf(subject, settings, taggedTeam),
    tier,
  });
  if (state === undefined || spec === undefined) return undefined;
  const scope = scopeIn(subject, settings);
  const { windows, windowEnds } = openWindows(clock(), settings.timeZone);
  const team = isHeldItself(scope) ? teamOf(subject, settings, taggedTeam) : undefined;
  const now = clock();
  const budget = toBudget(spec, scope);
  // As decided about: raised or replaced by orders.
  const limits = limitsInForce(budget.limits, ordersInForce(state.orders ?? {}, now));
  const grace = graceOf({ state, unpricedGraceHours: settings.unpricedGraceHours, now });
  const open = windowStatuses({ ...budget, limits }, windows, balances, grace).map(
    ({ window, kind, spent, limit }) => {
      const left = limit > spent ? limit - spent : 0n;
      const { requests } = balances[window] ?? noBalance;
      const amounts = { spentUsd: formatUsd(spent), limitUsd: formatUsd(limit), leftUsd: formatUsd(left) };
      return [window, { ...amounts, requests, endsAt: windowEnds[kind].toISOString() }] as const;
    },
  );
  const holds = (Object.entries(state.holds) as [Cause, Hold][]).map(([cause, hold]) => ({
    cause,
    level: hold.level,
    window: hold.window,
    since: hold.since,
    until: cause === 'manual' ? state.orders?.suspend?.expiresAt : endOf(hold, settings.timeZone),
    reason: hold.reason,
  }));
  const unenforceable = state.enforced.outcome === 'unenforceable' ? state.enforced.reason : undefined;
  const { at, action, reason } = state.lastChange;
  return {
    subject,
    access: accessOf(state),
    causes: holds.map(({ cause }) => cause),
    team,
    protection: protectionOf(subject, settings),
    mode: modeOf(subject, team, settings),
    holds,
    windows: Object.fromEntries(open),
    orders: subjectOrders(state.orders, now),
    stillWorks: enforcedLevelFor(state.holds) === 'restricted' ? economyModels(priceBook) : undefined,
    refused: enforcedLevelFor(state.holds) === 'no-premium' ? premiumModels(priceBook) : undefined,
    contact: settings.helpContact,
    trouble: state.failure?.error ?? unenforceable ?? leakOf(state),
    lastChange: { at, action, reason },
  };
}

/** A call that went through the suspension in force. */
function leakOf({ leak, holds }: SubjectState): string | undefined {
  if (leak === undefined || leak.since !== suspensionIn(holds)?.since) return undefined;
  return `A call of ${leak.call} was answered although IAM denies it (runbook: "A call was answered although it is denied").`;
}

/** A hold of a budget's window ends with it. */
function endOf({ window }: Hold, timeZone: string): string | undefined {
  if (!windowKinds.some((kind) => window.startsWith(`${kind}:`))) return undefined;
  return windowBounds(window, timeZone).endsAt.toISOString();
}
