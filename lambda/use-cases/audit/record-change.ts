import { chainEntry } from '../../domain/audit-chain.ts';
import type { SubjectState } from '../../domain/control/state.ts';
import type { AuditLog } from '../ports/audit.ts';

/** The chain moved on while an entry was added to it: the caller's trigger tries again. */
export class AuditContentionError extends Error {
  override name = 'AuditContentionError';
}

/**
 * Adds the audit entry of a state's version to its subject's chain. A version that is there already is a redelivery.
 * A version that jumps is added all the same, and the gap shows: losing the rest too would help nobody.
 * @throws AuditContentionError where another writer took the place.
 */
export async function recordChange(
  subject: string,
  state: Pick<SubjectState, 'version' | 'lastChange'>,
  log: AuditLog,
): Promise<{ readonly recorded: boolean; readonly missing: number }> {
  const head = await log.head(subject);
  if (head !== undefined && head.version >= state.version) return { recorded: false, missing: 0 };
  const inserted = await log.insert(chainEntry(subject, state.version, state.lastChange, head));
  if (!inserted)
    throw new AuditContentionError(`Entry ${state.version} of ${subject} was written by someone else.`);
  return { recorded: true, missing: state.version - (head?.version ?? 0) - 1 };
}
