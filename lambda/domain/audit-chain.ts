import { createHash } from 'node:crypto';
import type { Change } from './control/state.ts';

/** One change of one subject, chained to the one before. */
export interface AuditEntry {
  readonly subject: string;
  /** Its place in the chain: the subject's version that this change made, unless `stateVersion` says another. */
  readonly version: number;
  readonly change: Change;
  /** Of the state, where it is not the place in the chain: after a backup of an older state was restored. */
  readonly stateVersion?: number | undefined;
  /** SHA-256 of the entry before; of nothing for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first of a chain names as the one before. */
export const noHash = '0'.repeat(64);

/** JSON with sorted keys and without undefined members, so that a hash does not depend on how an object was made. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { subject, version, stateVersion, change, previousHash } = entry;
  return createHash('sha256')
    .update(canonical({ subject, version, stateVersion, change, previousHash }))
    .digest('hex');
}

/** The entry of a change, chained to the newest one so far. @param version its place @param stateVersion the state's */
export function chainEntry(
  subject: string,
  version: number,
  change: Change,
  previous: Pick<AuditEntry, 'hash'> | undefined,
  stateVersion = version,
): AuditEntry {
  const other = stateVersion === version ? {} : { stateVersion };
  const entry = { subject, version, ...other, change, previousHash: previous?.hash ?? noHash };
  return { ...entry, hash: hashOf(entry) };
}

/** The version of the state that an entry is about. */
export const stateVersionOf = ({ version, stateVersion = version }: AuditEntry): number => stateVersion;

/** Whether an entry records this version of a state: by its content, because a restored state counts anew. */
export const records = (entry: AuditEntry, version: number, change: Change): boolean =>
  stateVersionOf(entry) === version && canonical(entry.change) === canonical(change);

/**
 * What is wrong with a subject's chain, one sentence each; empty where every link holds and no version is missing.
 * @param start what the first entry has to follow, where it is not the chain's first
 */
export function checkChain(
  entries: readonly AuditEntry[],
  start?: Pick<AuditEntry, 'version' | 'hash'>,
): string[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1] ?? start;
    const problems: string[] = [];
    const expected = (before?.version ?? 0) + 1;
    if (entry.version !== expected) {
      problems.push(`${entry.subject}: entry ${expected} is missing before entry ${entry.version}.`);
    }
    if (entry.previousHash !== (before?.hash ?? noHash)) {
      problems.push(`${entry.subject}: entry ${entry.version} does not follow from the entry before it.`);
    }
    if (entry.hash !== hashOf(entry)) problems.push(`${entry.subject}: entry ${entry.version} was changed.`);
    return problems;
  });
}
