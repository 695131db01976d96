import { ratePerMillion } from '../money.ts';
import { findRow } from './find-row.ts';
import type { PriceBook } from './price-book.ts';

/** A million tokens of output from here on, in USD: several times what an everyday model costs. */
export const premiumFloor = '20.00';

/** Prices differ by region; a policy cannot, so one region's list decides. */
const referenceRegion = 'us-east-1';

/**
 * Ids of the most expensive models, sorted: those whose output or input costs at least `floorPerMillion` USD a million tokens in
 * any scope of the price book, on `day`.
 */
export function premiumModels(
  book: PriceBook,
  floorPerMillion: string = premiumFloor,
  day = '9999-12-31',
): string[] {
  const floor = ratePerMillion(floorPerMillion);
  return book.models
    .filter((model) =>
      (['regional', 'global'] as const).some((scope) => {
        const tokens = findRow(model, scope, referenceRegion, day)?.row.tokens;
        return (tokens?.output ?? 0n) >= floor || (tokens?.input ?? 0n) >= floor;
      }),
    )
    .map(({ id }) => id)
    .sort();
}
