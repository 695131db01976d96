import type { ServiceTier } from './list-rate.ts';

export type TierReading =
  | { readonly kind: 'tier'; readonly tier: ServiceTier }
  | { readonly kind: 'excluded'; readonly why: string }
  | { readonly kind: 'contradiction'; readonly why: string };

const named: Readonly<Record<string, ServiceTier>> = {
  standard: 'standard',
  default: 'standard',
  flex: 'flex',
  priority: 'priority',
  batch: 'batch',
};

/**
 * The tier that a product is for. Four places may tell it (an attribute of its own, the end of `inferenceType`, `feature`,
 * the usage type), and often only one of them does: what is said anywhere counts, and two of them must not disagree.
 */
export function readTier(
  attributes: Readonly<Record<string, string>>,
  inUsageType: ServiceTier | undefined,
): TierReading {
  const { service_tier: attribute = '', inferenceType = '', feature = '' } = attributes;
  const stated = attribute.trim().toLowerCase();
  if (stated !== '' && !Object.hasOwn(named, stated)) {
    return { kind: 'excluded', why: `its service tier is "${stated.slice(0, 40)}"` };
  }
  if (/provisioned|reserved|custom/i.test(feature)) {
    return { kind: 'excluded', why: `its feature is "${feature.slice(0, 40)}"` };
  }
  const told = [named[stated], inInferenceType(inferenceType), inFeature(feature), inUsageType];
  const tiers = [...new Set(told.filter((tier) => tier !== undefined))];
  return tiers.length > 1
    ? { kind: 'contradiction', why: `it is called ${tiers.join(' and ')}` }
    : { kind: 'tier', tier: tiers[0] ?? 'standard' };
}

/** `Input tokens` says nothing: its silence is no claim to be the standard tier. */
function inInferenceType(text: string): ServiceTier | undefined {
  const [, word = ''] = /\b(flex|priority|batch)\b/i.exec(text) ?? [];
  return /latency.optimized/i.test(text) ? 'latencyOptimized' : named[word.toLowerCase()];
}

function inFeature(text: string): ServiceTier | undefined {
  return /^batch ?inference$/i.test(text.trim()) ? 'batch' : undefined;
}
