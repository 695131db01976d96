import { costOf, parseUsd, unchanged } from '../money.ts';
import { type CeilingRates, callAllowance, highestRates, mostQueries } from '../pricing/ceiling.ts';
import { type Multipliers, raisedCeiling } from '../pricing/negotiated.ts';
import { limitsOf } from '../pricing/possible-call.ts';
import type { PriceBook } from '../pricing/price-book.ts';
import type { PricedModel } from '../pricing/price-row.ts';
import { tierFactors } from '../pricing/tier-factors.ts';
import type { CallBounds } from './believed.ts';

/**
 * The most expensive that calls of a model can cost: its most expensive Region, context and tier, and what was negotiated where that is
 * more expensive. Undefined for a model without a price.
 */
export function callBounds(
  name: string,
  book: PriceBook,
  multipliers: Multipliers = {},
): CallBounds | undefined {
  const model = book.find(name);
  if (model === undefined) return undefined;
  const rows = [...model.rows, ...(model.negotiated ?? []).map(({ row }) => row)];
  const rates = raised(highestRates(rows), model, multipliers);
  const caches = rows.some(
    ({ tokens, longContext }) => tokens.cacheRead ?? tokens.cacheWrite5m ?? longContext?.tokens.cacheRead,
  );
  const pieces = costOf([
    { quantity: callAllowance.images, rate: rates.image },
    { quantity: model.mostSeconds ?? 0, rate: rates.second },
    { quantity: mostQueries, rate: rates.query },
  ]);
  return { rates, context: caches ? limitsOf(model).context : 0, pieces };
}

function raised(rates: CeilingRates, model: PricedModel, multipliers: Multipliers): CeilingRates {
  const highestTier = tierFactors(model.id)
    .map(({ factor }) => parseUsd(factor))
    .reduce((most, factor) => (factor > most ? factor : most), unchanged);
  const up = (rate: bigint) => raisedCeiling(rate, model, multipliers, highestTier);
  const tokens = Object.fromEntries(
    Object.entries(rates.tokens).map(([name, rate]) => [name, up(rate)]),
  ) as CeilingRates['tokens'];
  return { tokens, image: up(rates.image), second: up(rates.second), query: up(rates.query) };
}
