import type { Enforced, Holds } from '../control/access.ts';

/** Set to `manual` on a user or role by someone else, it stops enforcement on that principal: what IAM carries stays. */
export const holdTag = 'BedrockBudgetHold';
export const holdTagValue = 'manual';

/** One event about a subject that was answered. */
export interface AnsweredEvent {
  /** CloudTrail's id of the event. */
  readonly event: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly by: string;
  /** Whether IAM was to be put back. */
  readonly repaired: boolean;
}

/** Why a change of IAM by someone else is left in place. */
export interface StandDown {
  readonly kind: 'insisted' | 'tag';
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** The holds that were given up on; a newer one is a newer decision, and is enforced. */
  readonly holds: readonly string[];
  /** When IAM had last been read back; once it was again, nothing of this is left. */
  readonly enforcedAt?: string | undefined;
}

/** What others did to our denies on one subject, newest last. */
export interface Drift {
  readonly answered: readonly AnsweredEvent[];
  readonly standDown?: StandDown | undefined;
}

interface DriftState {
  readonly holds: Holds;
  readonly enforced: Enforced;
  readonly drift?: Drift | undefined;
}

/** A hold, told from a later one of the same cause. */
export const holdsOf = (holds: Holds): string[] =>
  Object.entries(holds)
    .map(([cause, { since }]) => `${cause}@${since}`)
    .sort();

/** The stand-down that is in force; undefined where there is none or its time is over. */
export function standDownOf({ holds, enforced, drift }: DriftState): StandDown | undefined {
  const stand = drift?.standDown;
  if (stand === undefined || stand.kind === 'tag') return stand;
  const held = holdsOf(holds);
  if (stand.holds.length === 0) {
    return held.length === 0 && enforced.at === stand.enforcedAt ? stand : undefined;
  }
  return held.length > 0 && held.every((hold) => stand.holds.includes(hold)) ? stand : undefined;
}

/** Why our policies must not be attached to, or taken off, this subject now; undefined where they may. */
export function objectionTo(change: 'attach' | 'detach', state: DriftState): string | undefined {
  const stand = standDownOf(state);
  // What we placed ourselves we also take off: nobody stays denied because of an old dispute.
  if (stand === undefined || (change === 'detach' && state.enforced.level !== 'none')) return undefined;
  return stand.kind === 'tag'
    ? `It carries the tag ${holdTag}=${holdTagValue}, set by ${stand.by}: take the tag off to have budgets enforced again.`
    : `${stand.by} changed the deny again and again until ${stand.since}, and it was left so: restore or exempt the principal, or suspend it to have the deny back.`;
}
