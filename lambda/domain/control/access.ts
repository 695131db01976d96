import { denyLevels, type EnforcedLevel } from '../level.ts';
import type { Cause } from './cause.ts';

/*
 * Holds and access. Each actor adds and removes only its own hold; what a principal may do follows from all of them.
 *
 *   own ────┐                      strongest hold      IAM should carry     access, once read back
 *   team ───┤                      ─ none ─            none                 active
 *   account ┼──► holds (a set) ──► no-premium          no-premium           no-premium
 *   velocity┤                      restricted          restricted           restricted
 *   manual ─┘                      grace               restricted           grace
 *                                  suspended           suspended            suspended (halted, where the account's
 *                                                                           hold is among the blocking ones)
 *
 * Until IAM was read back as wanted, access stays what IAM last carried; a failure shows as `enforcement-failed`, and
 * where no policy can stop the principal, as `unenforceable`.
 */

export type HoldLevel = 'no-premium' | 'restricted' | 'grace' | 'suspended';

export interface Hold {
  readonly level: HoldLevel;
  /** Window whose exhaustion put it there; holds of other causes may outlive windows. */
  readonly window: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
  /** Of a pool's hold that an operator ordered: the execution of that order. */
  readonly order?: string | undefined;
}

export type Holds = Readonly<Partial<Record<Cause, Hold>>>;

/** What IAM was last seen to carry. */
export interface Enforced {
  readonly level: EnforcedLevel;
  readonly outcome: 'matched' | 'unenforceable';
  readonly reason?: string | undefined;
  readonly at?: string | undefined;
}

export type Access =
  | 'active'
  | 'no-premium'
  | 'restricted'
  | 'grace'
  | 'suspended'
  | 'halted'
  | 'exempt'
  | 'enforcement-failed'
  | 'unenforceable';

const strength: Readonly<Record<HoldLevel, number>> = {
  'no-premium': 1,
  restricted: 2,
  grace: 3,
  suspended: 4,
};

export function strongestLevel(holds: Holds): HoldLevel | undefined {
  return Object.values(holds)
    .map((hold) => hold.level)
    .sort((a, b) => strength[b] - strength[a])[0];
}

/** Which of our policies IAM should carry under these holds. */
export function enforcedLevelFor(holds: Holds): EnforcedLevel {
  const level = strongestLevel(holds);
  if (level === undefined || level === 'no-premium') return level ?? 'none';
  return level === 'grace' ? 'restricted' : level;
}

/** Whether a policy takes less away than another. */
export const isWeaker = (level: EnforcedLevel, than: EnforcedLevel): boolean => rank(level) < rank(than);
const rank = (level: EnforcedLevel): number => (level === 'none' ? -1 : denyLevels.indexOf(level));

/** Access that the holds ask for, whether or not IAM follows yet. */
export function wantedAccess(holds: Holds): Access {
  const level = strongestLevel(holds);
  if (level === undefined) return 'active';
  if (level === 'suspended') return holds.account?.level === 'suspended' ? 'halted' : 'suspended';
  return level;
}

/** Access as it is: what the holds ask for only once IAM was seen to agree. */
export function accessOf(state: {
  readonly holds: Holds;
  readonly enforced: Enforced;
  readonly failure?: unknown;
}): Access {
  const wanted = enforcedLevelFor(state.holds);
  if (state.failure !== undefined) return 'enforcement-failed';
  if (wanted !== 'none' && state.enforced.outcome === 'unenforceable') return 'unenforceable';
  if (wanted === state.enforced.level) return wantedAccess(state.holds);
  return state.enforced.level === 'none' ? 'active' : state.enforced.level;
}
