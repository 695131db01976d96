import type { Anchor } from '../../domain/audit-anchor.ts';
import type { AuditEntry } from '../../domain/audit-chain.ts';

export interface AuditLog {
  /** The newest entry of a subject's chain. */
  head(subject: string): Promise<AuditEntry | undefined>;
  /** Its entries from this place on, in order. */
  entriesFrom(subject: string, version: number): Promise<readonly AuditEntry[]>;
  /** Inserts; answers false where the entry's place is taken. */
  insert(entry: AuditEntry): Promise<boolean>;
}

/** All chains, to be read through now and then. */
export interface AuditChains {
  subjects(): AsyncIterable<string>;
  /** A subject's entries from this version on, in order. */
  entriesFrom(subject: string, version: number): Promise<readonly AuditEntry[]>;
}

/** Where what was written cannot be changed: a key is given once. */
export interface AuditArchive {
  latestAnchor(): Promise<Anchor | undefined>;
  /** Answers false where the key is taken; what is there stays. */
  putOnce(key: string, text: string): Promise<boolean>;
}
