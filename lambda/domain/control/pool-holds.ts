import { subjectOf } from '../subject.ts';
import { accessOf, type Enforced, type Hold, type Holds } from './access.ts';

/** What a pool, a team's or the account's, asks of its principals: the strongest of its holds. */
export interface PoolHold extends Hold {
  /** An operator's order: no carve-out and no exemption spares anyone from it. */
  readonly ordered: boolean;
}

/**
 * The hold of a pool that holds now. A hold of a window that is over frees everyone even before the pool itself was
 * evaluated again; an operator's order outlives windows.
 */
export function poolHoldOf(
  holds: Holds | undefined,
  windows: Readonly<Record<string, string>>,
): PoolHold | undefined {
  if (holds?.manual !== undefined) return { ...holds.manual, ordered: true };
  const own = holds?.own;
  return own === undefined || !Object.values(windows).includes(own.window)
    ? undefined
    : { ...own, ordered: false };
}

/** Whether the holds of the account stop everyone, not only those of low priority. */
export const haltsEveryone = (holds: Holds): boolean =>
  [holds.own, holds.manual].some((hold) => hold?.level === 'suspended');

/** The status of a subject in a word: a principal's access, or whether a pool, which IAM cannot carry, has a hold. */
export function statusWord(
  subject: string,
  state: { readonly holds: Holds; readonly enforced: Enforced; readonly failure?: unknown },
): string {
  switch (subjectOf(subject).scope) {
    case 'principal':
      return accessOf(state);
    case 'account':
      return haltsEveryone(state.holds) ? 'halted' : 'running';
    case 'team':
      return state.holds.own === undefined && state.holds.manual === undefined ? 'available' : 'exhausted';
  }
}
