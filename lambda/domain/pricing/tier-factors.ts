import type { ServiceTier } from './price-list/list-rate.ts';
import data from './tiers.json' with { type: 'json' };

type NonStandardTier = Exclude<ServiceTier, 'standard'>;

/** How a tier's price follows from the standard one. */
export interface TierFactor {
  readonly tier: NonStandardTier;
  /** Exact decimal; AWS rounds what it gives. */
  readonly factor: string;
  readonly source: string;
  readonly asOf: string;
}

interface TierData {
  readonly factor: string;
  readonly exceptions?: Readonly<Record<string, string>>;
  readonly models: readonly string[];
  readonly source: string;
  readonly asOf: string;
}

const tiers: Readonly<Record<NonStandardTier, TierData>> = data.tiers;
const sources = new Map(Object.entries(data.sources));

/** The factor of a tier, where the model is known to be sold in it. */
export function tierFactor(model: string, tier: NonStandardTier): TierFactor | undefined {
  const { factor, exceptions = {}, models, source, asOf } = tiers[tier];
  if (!models.includes(model)) {
    return undefined;
  }
  const own = Object.hasOwn(exceptions, model) ? exceptions[model] : undefined;
  return { tier, factor: own ?? factor, source: sources.get(source) ?? source, asOf };
}

/** The factor that a tier has for nearly all models that are sold in it; undefined for a name that is no tier. */
export const usualFactor = (tier: string): string | undefined =>
  Object.hasOwn(tiers, tier) ? tiers[tier as NonStandardTier].factor : undefined;

/** Every tier beside the standard one that the model is known to be sold in. */
export function tierFactors(model: string): readonly TierFactor[] {
  return (Object.keys(tiers) as NonStandardTier[])
    .map((tier) => tierFactor(model, tier))
    .filter((factor) => factor !== undefined);
}
