import { ratePerMillion } from '../money.ts';
import { findRow } from './find-row.ts';
import type { PriceBook } from './price-book.ts';

/** A million tokens of output may cost this much, in USD: the price of a small model, not of a large one. */
export const economyLimit = '6.00';

/** Prices differ by region; a policy cannot, so one region's list decides. */
const referenceRegion = 'us-east-1';

/**
 * Ids of the models that a restricted principal may go on using, sorted: those that the price book marks as a maker's
 * everyday model **and** whose input and output cost at most `limitPerMillion` USD a million tokens each, there (regional
 * scope, on `day`, in contexts of normal length). The mark keeps the list short enough for a policy of 6,144 characters;
 * the price takes a model off it that got expensive.
 */
export function economyModels(
  book: PriceBook,
  limitPerMillion: string = economyLimit,
  day = '9999-12-31',
): string[] {
  const limit = ratePerMillion(limitPerMillion);
  return book.models
    .filter((model) => {
      const tokens = findRow(model, 'regional', referenceRegion, day)?.row.tokens;
      return (
        model.economy &&
        tokens?.output !== undefined &&
        tokens.output <= limit &&
        (tokens.input ?? 0n) <= limit
      );
    })
    .map(({ id }) => id)
    .sort();
}
