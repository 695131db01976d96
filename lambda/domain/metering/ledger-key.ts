import { createHash } from 'node:crypto';
import type { Invocation } from './invocation.ts';
import type { LedgerKey } from './ledger-entry.ts';

/** Fixed for ever: one partition takes about 500 posts a second, and a key cannot be widened once written. */
export const ledgerSlots = 4;

/**
 * Where a request stands in the ledger. A function of the record alone (`ledgerName` comes from `identity.arn`), so
 * that a redelivered request finds its first copy whatever the settings say by then.
 */
export function ledgerKey(invocation: Invocation, ledgerName: string): LedgerKey {
  const day = invocation.timestamp.slice(0, 'yyyy-mm-dd'.length);
  return {
    pk: `${invocation.account}#${ledgerName}#${day}#${slotOf(invocation.requestId)}`,
    sk: `${invocation.timestamp}#${invocation.region}#${invocation.requestId}`,
  };
}

function slotOf(requestId: string): number {
  return createHash('sha256').update(requestId).digest().readUInt32BE(0) % ledgerSlots;
}
