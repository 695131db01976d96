import { enforcedLevelFor, type Hold } from '../../../lambda/domain/control/access.ts';
import { suspensionIn } from '../../../lambda/domain/control/alert-leak.ts';
import { protectionOf } from '../../../lambda/domain/control/subject.ts';
import { isIdentityCenterRole } from '../../../lambda/domain/principal.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import type { KnownSubject } from '../deployment/read-budget-items.ts';

/** A person of Identity Center who is suspended, and whom no policy of the account stops. */
export interface DeniedPerson {
  /** As Identity Center names the session: the user name. */
  readonly userName: string;
  /** One for each permission set with which the person is suspended. */
  readonly subjects: readonly string[];
  readonly hold: Hold;
  /** In the windows that are in the table, nano-USD. */
  readonly spent: bigint;
}

/**
 * Who should be denied by the organisation: held as suspended, with an enforcement that found no policy of ours that applies, on a
 * role that only AWS may change. The most expensive first, because the policy has room for so many.
 */
export function peopleToDeny(
  known: Iterable<KnownSubject>,
  settings: Pick<Settings, 'breakGlass' | 'exempt'>,
): DeniedPerson[] {
  const people = new Map<string, DeniedPerson>();
  for (const { subject, state, balances } of known) {
    const { account, name: role = '', session: userName } = subjectOf(subject);
    if (account !== undefined || userName === undefined || !isIdentityCenterRole(role)) continue;
    if (state === undefined || enforcedLevelFor(state.holds) !== 'suspended') continue;
    if (state.enforced.outcome !== 'unenforceable') continue;
    if (protectionOf(subject, settings) === 'break-glass') continue;
    const hold = suspensionIn(state.holds);
    if (hold === undefined) continue;
    const key = userName.toLowerCase();
    const before = people.get(key);
    const spent = Object.values(balances).reduce((sum, each) => sum + each.spent + each.ceiling, 0n);
    people.set(key, {
      userName: before?.userName ?? userName,
      subjects: [...(before?.subjects ?? []), subject],
      hold: before !== undefined && before.hold.since < hold.since ? before.hold : hold,
      spent: (before?.spent ?? 0n) + spent,
    });
  }
  return [...people.values()].sort((a, b) =>
    a.spent === b.spent ? (a.userName < b.userName ? -1 : 1) : a.spent > b.spent ? -1 : 1,
  );
}
