import type { Enforced } from './access.ts';
import type { Alert } from './alert.ts';
import { countedSpend, noBalance } from './crossings.ts';
import type { Situation } from './decide.ts';
import type { NotedDecision } from './unpriced.ts';

/** What was read back of IAM, and what was metered since. */
export interface Watched {
  readonly enforced: Enforced;
  /** Time of the newest call of this principal that was metered, not of its arrival. */
  readonly newestCall: Date | undefined;
  /** So long after the read-back calls may still have gone through: IAM spreads within minutes, and calls last. */
  readonly toleranceMs: number;
}

/**
 * Whether a call went through that the deny should have stopped: IAM was read back as denying everything, and the time
 * that Bedrock may take to hear of it was over.
 */
export function isLeak({ enforced, newestCall, toleranceMs }: Watched): boolean {
  if (enforced.step !== 'halt' || enforced.outcome !== 'matched' || enforced.at === undefined) return false;
  return newestCall !== undefined && newestCall.getTime() > Date.parse(enforced.at) + toleranceMs;
}

/**
 * Tells of a leak once a suspension, and has the enforcer read IAM again. Decides about nothing else: the hold stands, and
 * who can undo a deny, or get round one, is for a person to find out.
 */
export function noteLeak(
  situation: Situation,
  decision: NotedDecision,
  watched: Omit<Watched, 'enforced'>,
): NotedDecision {
  const { state, windows, budget } = situation;
  const limit = budget.limits.at(-1);
  const window = limit && windows[limit.kind];
  if (limit === undefined || window === undefined || !isLeak({ enforced: state.enforced, ...watched }))
    return decision;
  const id = `leak#${state.counter}`;
  const alerted = decision.patch?.alerted ?? state.alerted;
  if (alerted[window]?.includes(id)) return decision;
  const alert = leakAlert(situation, window, id, limit.amount, watched.newestCall);
  const actions = decision.actions.some(({ type }) => type === 'enforce')
    ? decision.actions
    : [...decision.actions, { type: 'enforce' as const }];
  return {
    ...decision,
    notices: [...decision.notices, alert],
    actions,
    patch: { ...decision.patch, alerted: { ...alerted, [window]: [...(alerted[window] ?? []), id] } },
    action: decision.action === 'evaluate' ? 'leak' : decision.action,
    reason: decision.reason ?? alert.detail,
    window: decision.window ?? window,
  };
}

function leakAlert(
  { subject, state, balances, budget, holdable, now }: Situation,
  window: string,
  id: string,
  limit: bigint,
  newestCall: Date | undefined,
): Alert {
  return {
    ...{ subject, window, id, kind: 'notice', notice: 'leak', severity: 'critical', publish: true },
    ...{ together: [id], enforcing: holdable, at: now.toISOString(), limit },
    spent: countedSpend(balances[window] ?? noBalance, budget.scope),
    detail:
      `A call of ${newestCall?.toISOString()} was answered, though IAM was read back as denying everything at ${state.enforced.at}. ` +
      'The deny may have been undone, or the call was made as somebody else than IAM shows.',
  };
}
