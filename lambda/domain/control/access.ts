import { denySteps, type EnforcedStep } from '../level.ts';
import type { Cause } from './cause.ts';

/*
 * Holds and access. Each actor adds and removes only its own hold; what a principal may do follows from all of them.
 *
 *   own ────┐                      strongest hold      IAM should carry     access, once read back
 *   team ───┤                      ─ none ─            none                 active
 *   account ┼──► holds (a set) ──► no-premium          no-premium           restricted
 *   velocity┤                      restrict            economy              restricted
 *   manual ─┘                      grace               economy              grace
 *                                  suspend             halt                 suspended (halted, where the account's
 *                                                                           hold is among the blocking ones)
 *
 * Until IAM was read back as wanted, access stays what IAM last carried; a failure shows as `enforcement-failed`, and
 * where no policy can stop the principal, as `unenforceable`.
 */

export type HoldStepKind = 'no-premium' | 'restrict' | 'grace' | 'suspend';

export interface Hold {
  readonly step: HoldStepKind;
  /** Window whose exhaustion put it there; holds of other causes may outlive windows. */
  readonly window: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
  /** Of a pool's mark that an operator ordered: the execution of that order. */
  readonly order?: string | undefined;
}

export type Holds = Readonly<Partial<Record<Cause, Hold>>>;

/** What IAM was last seen to carry. */
export interface Enforced {
  readonly step: EnforcedStep;
  readonly outcome: 'matched' | 'unenforceable';
  readonly reason?: string | undefined;
  readonly at?: string | undefined;
}

export type Access =
  | 'active'
  | 'restricted'
  | 'grace'
  | 'suspended'
  | 'halted'
  | 'exempt'
  | 'enforcement-failed'
  | 'unenforceable';

const strength: Readonly<Record<HoldStepKind, number>> = {
  'no-premium': 1,
  restrict: 2,
  grace: 3,
  suspend: 4,
};

export function strongestStep(holds: Holds): HoldStepKind | undefined {
  return Object.values(holds)
    .map((hold) => hold.step)
    .sort((a, b) => strength[b] - strength[a])[0];
}

/** Which of our policies IAM should carry under these holds. */
export function policyFor(holds: Holds): EnforcedStep {
  const step = strongestStep(holds);
  if (step === undefined || step === 'no-premium') return step ?? 'none';
  return step === 'suspend' ? 'halt' : 'economy';
}

/** Whether a policy takes less away than another. */
export const isWeaker = (step: EnforcedStep, than: EnforcedStep): boolean => rank(step) < rank(than);
const rank = (step: EnforcedStep): number => (step === 'none' ? -1 : denySteps.indexOf(step));

/** Access that the holds ask for, whether or not IAM follows yet. */
export function wantedAccess(holds: Holds): Access {
  const step = strongestStep(holds);
  if (step === undefined) return 'active';
  if (step === 'suspend') return holds.account?.step === 'suspend' ? 'halted' : 'suspended';
  return step === 'grace' ? 'grace' : 'restricted';
}

/** Access as it is: what the holds ask for only once IAM was seen to agree. */
export function accessOf(state: {
  readonly holds: Holds;
  readonly enforced: Enforced;
  readonly failure?: unknown;
}): Access {
  const wanted = policyFor(state.holds);
  if (state.failure !== undefined) return 'enforcement-failed';
  if (wanted !== 'none' && state.enforced.outcome === 'unenforceable') return 'unenforceable';
  if (wanted === state.enforced.step) return wantedAccess(state.holds);
  if (state.enforced.step === 'none') return 'active';
  return state.enforced.step === 'halt' ? 'suspended' : 'restricted';
}
