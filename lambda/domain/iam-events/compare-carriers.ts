import { enforcedLevelFor } from '../control/access.ts';
import { iamTarget } from '../control/iam-target.ts';
import type { SubjectState } from '../control/state.ts';
import type { DenyLevel } from '../level.ts';
import { standDownOf } from './drift.ts';

/** What the comparison needs to know of one principal. */
export interface HeldState {
  readonly subject: string;
  readonly state: Pick<SubjectState, 'holds' | 'enforced' | 'pending' | 'drift'>;
}

/** Denies by who carries them, `user/alice` or `role/App`, as IAM lists them. */
export type Carried = ReadonlyMap<string, ReadonlySet<DenyLevel>>;

/** Changes so recent that IAM's lists, or the reading of them, may be older. */
const settlingMs = 5 * 60_000;

/**
 * Of these principals, those whose IAM is not what their holds ask for. Left out is whatever is just being changed, what
 * no policy reaches, and what is left as an admin made it.
 */
export function strays(states: readonly HeldState[], carried: Carried, now: Date): string[] {
  return states
    .filter(({ subject, state }) => isSettled(state, now) && isStray(subject, state, carried))
    .map(({ subject }) => subject);
}

function isStray(subject: string, state: HeldState['state'], carried: Carried): boolean {
  const target = iamTarget(subject);
  if ('unenforceable' in target || (target.type !== 'user' && target.type !== 'role')) return false;
  const wanted = enforcedLevelFor(state.holds);
  if (wanted !== 'none' && state.enforced.outcome === 'unenforceable') return false;
  const found = carried.get(subject) ?? new Set();
  const right = wanted === 'none' ? found.size === 0 : found.size === 1 && found.has(wanted);
  return !right && standDownOf(state) === undefined;
}

function isSettled({ holds, enforced, pending }: HeldState['state'], now: Date): boolean {
  if (Object.keys(pending).length > 0) return false;
  const changes = [enforced.at, ...Object.values(holds).map(({ since }) => since)];
  return changes.every((at) => at === undefined || Date.parse(at) + settlingMs <= now.getTime());
}
