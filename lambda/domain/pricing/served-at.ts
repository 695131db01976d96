import { parseUsd, unchanged } from '../money.ts';
import { tierFactor, usualFactor } from './tier-factors.ts';

/** How the tier that a call was served in changes its price. */
export interface ServedAt {
  /** In billionths of the standard price. */
  readonly factor: bigint;
  readonly flags: readonly string[];
  /** Whether the factor is one that no list has for the model. */
  readonly assumed: boolean;
}

export const tierFlags = {
  /** No list sells the model in the tier that the record tells: the more expensive of the standard and the tier's usual price. */
  unlisted: 'tier-unlisted',
} as const;

/** Reserved capacity is paid by the hour, whatever is asked of it; what overflows it is served in another tier. */
export const isReservedTier = (tier: string | undefined): boolean => tier === 'reserved';

const standard: ServedAt = { factor: unchanged, flags: [], assumed: false };

/** The factor of the tier in a record. A tier that nobody lists for the model is never a discount. */
export function servedAt(model: string, tier: string | undefined): ServedAt {
  if (tier === undefined) return standard;
  const listed = listedTier(tier);
  const known = listed === undefined ? undefined : tierFactor(model, listed);
  if (known !== undefined) {
    return { factor: parseUsd(known.factor), flags: [`served-${tier}`], assumed: false };
  }
  const usual = parseUsd(usualFactor(listed ?? tier) ?? '1');
  return {
    factor: usual > unchanged ? usual : unchanged,
    flags: [`served-${tier}`, tierFlags.unlisted],
    assumed: true,
  };
}

/** What a tier can make more expensive, an upper bound has to be, too. */
export const highestTierFactor = (tier: string | undefined): bigint => {
  const usual = tier === undefined ? undefined : usualFactor(listedTier(tier) ?? tier);
  const factor = usual === undefined ? unchanged : parseUsd(usual);
  return factor > unchanged ? factor : unchanged;
};

/** Tiers by the name that records give them. */
const listedTiers = {
  flex: 'flex',
  priority: 'priority',
  batch: 'batch',
  'latency-optimized': 'latencyOptimized',
} as const;

const listedTier = (tier: string) =>
  Object.hasOwn(listedTiers, tier) ? listedTiers[tier as keyof typeof listedTiers] : undefined;
