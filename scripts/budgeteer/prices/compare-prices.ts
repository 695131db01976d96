import { readFileSync } from 'node:fs';
import { type PriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { InputError } from '../../command-line/input-error.ts';
import { readDay } from '../../command-line/period.ts';
import { unpackFile } from '../../run/unpack-file.ts';
import { comparePriceMap, type MapComparison } from './price-map/compare-price-map.ts';
import { mapComparisonText } from './price-map/map-comparison-text.ts';
import { readPriceMap } from './price-map/read-price-map.ts';

export interface ComparePricesOptions {
  /** A price map as LiteLLM publishes one, gzipped or not. */
  readonly path: string;
  /** Day (UTC) of the book's prices that are compared. */
  readonly day: string;
  readonly book?: PriceBook;
}

/**
 * `prices compare FILE`: holds the book against a public price map, so that anyone can see where the two part and what the
 * book's price rests on. Exit status 1 where a price differs or the book lacks one.
 *
 * @throws InputError for a file that cannot be read, or is no price map with models of Bedrock
 */
export function comparePrices({
  path,
  day,
  book = priceBook,
}: ComparePricesOptions): CommandAnswer<MapComparison> {
  const json = comparePriceMap(readPriceMap(textOf(path), path), readDay(day, '--at'), book);
  return {
    text: mapComparisonText(json),
    json,
    exitCode: json.counts.different + json.counts.lacking > 0 ? 1 : 0,
  };
}

function textOf(path: string): string {
  try {
    return unpackFile(readFileSync(path)).bytes.toString('utf8');
  } catch (error) {
    throw new InputError(`${path} cannot be read (${(error as Error).message}): check its name.`);
  }
}
