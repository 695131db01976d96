import type { Enforced, Hold, Holds } from './access.ts';
import { type AlertingDecision, addNotices } from './add-notices.ts';
import type { Alert } from './alert.ts';
import { notice } from './notice.ts';
import { type Situation, spentIn } from './situation.ts';
import { isHeldItself } from './subject.ts';

/** What was read back of IAM, and what was metered since. */
export interface Watched {
  readonly enforced: Enforced;
  /** When the newest call of this principal was made that was metered, not when it arrived. */
  readonly newestCall: Date | undefined;
  /** So long after the read-back calls may still have gone through: IAM spreads within minutes. */
  readonly toleranceMs: number;
}

/**
 * Whether a call went through that the deny should have stopped: IAM was read back as denying everything, and the time
 * that Bedrock may take to hear of it was over when the call began.
 */
export function isLeak({ enforced, newestCall, toleranceMs }: Watched): boolean {
  if (enforced.level !== 'suspended' || enforced.outcome !== 'matched' || enforced.at === undefined)
    return false;
  return newestCall !== undefined && newestCall.getTime() > Date.parse(enforced.at) + toleranceMs;
}

/**
 * Alerts of a leak once for each suspension, and asks the enforcer to read IAM again. Decides about nothing else: the hold stands, and
 * who can undo a deny, or get round one, is for a person to find out.
 */
export function alertLeak(
  situation: Situation,
  decision: AlertingDecision,
  watched: Omit<Watched, 'enforced'>,
): AlertingDecision {
  const { state, budget, paused } = situation;
  const hold = isHeldItself(budget.scope) ? suspensionIn(state.holds) : undefined;
  const { newestCall } = watched;
  if (hold === undefined || newestCall === undefined) return decision;
  if (state.leak?.since === hold.since || !isLeak({ enforced: state.enforced, ...watched })) return decision;
  const alert = leakAlert(situation, hold, newestCall);
  const asked = paused || decision.actions.some(({ type }) => type === 'enforce');
  return addNotices(decision, {
    notices: [alert],
    actions: asked ? [] : [{ type: 'enforce' }],
    patch: { leak: { since: hold.since, call: newestCall.toISOString() } },
    action: 'leak',
    reason: alert.detail,
    window: hold.window,
  });
}

/** The hold that the suspension began with: further causes join it. */
export function suspensionIn(holds: Holds): Hold | undefined {
  return Object.values(holds)
    .filter(({ level }) => level === 'suspended')
    .reduce<Hold | undefined>(
      (first, hold) => (first && first.since <= hold.since ? first : hold),
      undefined,
    );
}

function leakAlert(situation: Situation, { window, since }: Hold, newestCall: Date): Alert {
  const { subject, state, budget, holdable, windows, now } = situation;
  const id = `leak#${since}`;
  const limit = budget.limits.find(({ kind }) => windows[kind] === window) ?? budget.limits.at(-1);
  return notice('leak', {
    ...{ subject, window, id, severity: 'critical', together: [id], now },
    enforcing: holdable,
    limit: limit?.amount ?? 0n,
    spent: spentIn(situation, window),
    detail:
      `A call of ${newestCall.toISOString()} was answered, though IAM was read back as denying everything at ${state.enforced.at}. ` +
      'The deny may have been undone, or the call was made as somebody else than IAM shows.',
  });
}
