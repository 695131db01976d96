import { chainEntry, records, stateVersionOf } from '../../domain/audit-chain.ts';
import type { SubjectState } from '../../domain/control/state.ts';
import type { AuditLog } from '../ports/audit.ts';

/** The chain moved on while an entry was added to it: the caller's trigger tries again. */
export class AuditContentionError extends Error {
  override name = 'AuditContentionError';
}

export interface RecordedChange {
  readonly recorded: boolean;
  /** So many versions before it were never seen. */
  readonly missing: number;
  /** It is older than what the chain has, and new: the state was restored from a backup, or the change comes late. */
  readonly older: boolean;
}

/**
 * Adds the audit entry of a state's version to its subject's chain. A version that is there with the same content is a
 * redelivery. One that is there with another content follows a restored backup: it is added at the end, with the state's
 * version beside its place. A version that jumps is added all the same, and the gap shows: losing the rest too would help nobody.
 * @throws AuditContentionError where another writer took the place.
 */
export async function recordChange(
  subject: string,
  state: Pick<SubjectState, 'version' | 'lastChange'>,
  log: AuditLog,
): Promise<RecordedChange> {
  const { version, lastChange } = state;
  const head = await log.head(subject);
  const reached = head === undefined ? 0 : stateVersionOf(head);
  if (head !== undefined && version <= Math.max(reached, head.version)) {
    const known = await log.entriesFrom(subject, version);
    if (known.some((entry) => records(entry, version, lastChange)))
      return { recorded: false, missing: 0, older: false };
  }
  const missing = Math.max(0, version - reached - 1);
  // Once the places no longer are the state's versions, a gap is told and leaves none.
  const place = head?.stateVersion === undefined && version > reached ? version : (head?.version ?? 0) + 1;
  if (!(await log.insert(chainEntry(subject, place, lastChange, head, version))))
    throw new AuditContentionError(`Entry ${place} of ${subject} was written by someone else.`);
  return { recorded: true, missing, older: version <= reached };
}
