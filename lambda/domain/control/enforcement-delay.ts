import type { Enforced } from './access.ts';
import { type Cause, causes } from './cause.ts';
import type { SubjectState } from './state.ts';

/** How long someone's IAM took to follow a decision. */
export interface EnforcementDelay {
  readonly kind: 'deny' | 'release';
  readonly ms: number;
}

/**
 * From the latest decision that IAM had to follow to now, when it was read back; undefined where IAM carried already what
 * is wanted. A decision that failed and was taken anew counts from the new one: failures are counted apart.
 * @param before the state as the enforcer found it
 * @param graceSeconds a wait that was asked for is no delay: then the time counts from the hold that ended it
 */
export function enforcementDelay(
  before: SubjectState | undefined,
  after: Pick<Enforced, 'level' | 'outcome'> | undefined,
  graceSeconds: number,
  now: Date,
): EnforcementDelay | undefined {
  if (before === undefined || after?.outcome !== 'matched') return undefined;
  if (before.enforced.level === after.level) return undefined;
  const decisions = [
    before.enforceAskedAt,
    ...causes.map((cause) => workflowDecision(before, cause, graceSeconds)),
  ].filter((at) => at !== undefined);
  const latest = decisions.sort().at(-1);
  if (latest === undefined) return undefined;
  const kind = after.level === 'none' ? 'release' : 'deny';
  return { kind, ms: Math.max(0, now.getTime() - Date.parse(latest)) };
}

function workflowDecision(state: SubjectState, cause: Cause, graceSeconds: number): string | undefined {
  const pending = state.pending[cause];
  if (pending?.workflow !== 'suspension') return pending?.since;
  const hold = state.holds[cause];
  // Still in its grace period: what IAM follows now is the restriction, which the enforcer was asked for by itself.
  if (hold?.level !== 'suspended') return undefined;
  return graceSeconds > 0 ? hold.since : pending.since;
}
