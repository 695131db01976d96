import { parseUsd } from '../money.ts';
import { type TierFactor, tierFactors } from './tier-factors.ts';

/** Of the standard price: cheaper tiers cost about half, more expensive ones less than the double. */
const bands = {
  batch: ['0.4', '0.8'],
  flex: ['0.4', '0.8'],
  priority: ['1', '2'],
  latencyOptimized: ['1', '2'],
} as const;

/** Finds slips in the factors of the tiers that a model is sold in; each finding is one phrase. */
export function checkTiers(
  model: string,
  factors: readonly Pick<TierFactor, 'tier' | 'factor'>[] = tierFactors(model),
): string[] {
  return factors.flatMap(({ tier, factor }) => {
    const [least, most] = bands[tier];
    const right = parseUsd(factor) >= parseUsd(least) && parseUsd(factor) <= parseUsd(most);
    return right ? [] : [`the ${tier} tier is not between ${least} and ${most} times the standard one`];
  });
}
