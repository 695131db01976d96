import { invocationFlags, type Usage } from '../metering/invocation.ts';
import type { LedgerEntry } from '../metering/ledger-entry.ts';

/** The facts of a record that a price hangs on, as far as both copies of it state them. */
export type Stated = Pick<LedgerEntry, 'modelId' | 'usage' | 'tier' | 'recordFlags'>;

/**
 * Whether two copies of one record say different things of what was used: another model, other counts. What only one of
 * them states is no difference: bodies may be left out of a copy, and who resolved a profile later knows no other call.
 */
export const usedDiffers = (one: Stated, other: Stated): boolean =>
  one.modelId !== other.modelId || usageDiffers(one, other);

/**
 * Whether a claim contradicts what Bedrock wrote: in what was used, in the tier, or by counts of the envelope where
 * Bedrock's own copy has none.
 */
export function contradicts(claim: Stated, proof: Stated): boolean {
  const otherTier = claim.tier !== undefined && proof.tier !== undefined && claim.tier !== proof.tier;
  const invented = proof.usage === undefined && envelopeStates(claim);
  return otherTier || invented || usedDiffers(claim, proof);
}

function usageDiffers(one: Stated, other: Stated): boolean {
  if (one.usage === undefined || other.usage === undefined) return false;
  if (envelopeStates(one) !== envelopeStates(other)) return true;
  const lacks = (flag: string) => one.recordFlags.includes(flag) || other.recordFlags.includes(flag);
  return (
    piecesDiffer(one.usage, other.usage) ||
    (!lacks(invocationFlags.inputUncounted) && promptDiffers(one.usage, other.usage)) ||
    (!lacks(invocationFlags.outputUncounted) && one.usage.output !== other.usage.output)
  );
}

/** Whether the counts are AWS's own of the envelope, and not read from a body. */
const envelopeStates = ({ usage, recordFlags }: Stated): boolean =>
  usage !== undefined && !recordFlags.includes(invocationFlags.usageFromBody);

/** Classes of cache writes are told by bodies only; the envelope has their sum. */
const promptDiffers = (one: Usage, other: Usage): boolean =>
  one.input !== other.input || one.cacheRead !== other.cacheRead || cacheWrites(one) !== cacheWrites(other);

const cacheWrites = ({ cacheWrite, cacheWriteUnclassified }: Usage): number =>
  cacheWrite['5m'] + cacheWrite['1h'] + cacheWrite['30m'] + cacheWriteUnclassified;

function piecesDiffer(one: Usage, other: Usage): boolean {
  const both = [
    [one.images, other.images],
    [one.video?.milliseconds, other.video?.milliseconds],
    [one.documents, other.documents],
  ] as const;
  return both.some(([a, b]) => a !== undefined && b !== undefined && a !== b);
}
