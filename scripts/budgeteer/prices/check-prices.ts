import { checkBook } from '../../../lambda/domain/pricing/check-book.ts';
import { type EndingPrice, endingPrices, endText } from '../../../lambda/domain/pricing/ending-prices.ts';
import { type PriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type Comparison, compareWithBook } from '../../../lambda/domain/pricing/price-list/compare.ts';
import { readPriceList } from '../../../lambda/domain/pricing/price-list/read-price-list.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { readDay } from '../../command-line/period.ts';
import { comparisonText } from './comparison-text.ts';
import { readPriceFiles } from './read-price-files.ts';

export interface CheckPricesOptions {
  /** Files of the AWS Price List; without them only the book itself is checked. */
  readonly priceLists?: readonly string[];
  /** Day (UTC) of the book's prices that are compared. */
  readonly day: string;
  readonly book?: PriceBook;
}

export interface CheckedPrices {
  readonly book: {
    readonly version: string;
    readonly models: number;
    readonly problems: readonly string[];
    /** Prices that end soon, or have ended without another one in their place. */
    readonly ending: readonly EndingPrice[];
    /** Models whose prices nobody but one source tells. */
    readonly oneSource: readonly string[];
  };
  /** Null where no price list was given. */
  readonly comparison: Comparison | null;
}

/**
 * `prices check [--price-list FILE…]`: exit status 1 where the book breaks a guard, or where the list says something that
 * the book does not: a difference, a price it lacks, two prices for one thing. What the list itself has wrong (rejected)
 * or what no rule reads is told but fails nothing, since AWS's slips stay for months. Neither does a price that ends: a gate
 * must not close by the calendar alone.
 *
 * @throws InputError for a file that is no price list, or a day that does not exist
 */
export function checkPrices({
  priceLists = [],
  day: text,
  book = priceBook,
}: CheckPricesOptions): CommandAnswer<CheckedPrices> {
  const day = readDay(text, '--at');
  const problems = checkBook(book);
  const ending = endingPrices(book, day);
  const oneSource = book.models.filter((model) => model.oneSource).map(({ id }) => id);
  const comparison =
    priceLists.length === 0
      ? null
      : compareWithBook(readPriceList(readPriceFiles(priceLists), book), day, book);
  const { different = 0, 'missing-from-book': missing = 0, collided = 0 } = comparison?.counts ?? {};
  return {
    text: `${[
      bookText(book, problems),
      ...endingText(ending),
      ...oneSourceText(oneSource),
      ...(comparison === null ? [] : [comparisonText(comparison)]),
    ].join('\n\n')}\n`,
    json: {
      book: { version: book.version, models: book.models.length, problems, ending, oneSource },
      comparison,
    },
    exitCode: problems.length + different + missing + collided > 0 ? 1 : 0,
  };
}

const endingText = (ending: readonly EndingPrice[]): string[] =>
  ending.length === 0 ? [] : [['Prices that end:', ...ending.map((end) => `  ${endText(end)}`)].join('\n')];

const oneSourceText = (models: readonly string[]): string[] =>
  models.length === 0
    ? []
    : [`Prices of ${models.length} models rest on one source alone: ${models.join(', ')}.`];

function bookText({ version, models }: PriceBook, problems: readonly string[]): string {
  const rows = models.reduce((sum, model) => sum + model.rows.length, 0);
  const head = `Price book ${version}: ${models.length} models, ${rows} rows`;
  return problems.length === 0
    ? `${head}, no problem found.`
    : [`${head}, ${problems.length} problems:`, ...problems].join('\n');
}
