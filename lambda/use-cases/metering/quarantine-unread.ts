import { createHash } from 'node:crypto';
import { type Ingested, nothingIngested } from '../../domain/metering/ingest-counts.ts';
import type { Ledger, QuarantinedLine } from '../ports/ledger.ts';
import type { Clock } from '../ports/time.ts';

export interface QuarantineDeps {
  readonly ledger: Pick<Ledger, 'quarantine'>;
  readonly clock: Clock;
}

/** Its place, and its hash or the bytes to hash. */
export type Unread = Omit<QuarantinedLine, 'sha256'> &
  ({ readonly sha256: string } | { readonly content: string });

/** Puts aside what could not even be read as lines, by pointer; each counts as one. */
export async function quarantineUnread(
  unread: readonly Unread[],
  { ledger, clock }: QuarantineDeps,
): Promise<Ingested> {
  const ingested = nothingIngested();
  if (unread.length === 0) return ingested;
  const lines = unread.map(({ source, reason, ...known }) => {
    const sha256 =
      'sha256' in known ? known.sha256 : createHash('sha256').update(known.content).digest('hex');
    return { source, sha256, reason };
  });
  await ledger.quarantine(lines, clock());
  ingested.counts.quarantined += lines.length;
  return ingested;
}
