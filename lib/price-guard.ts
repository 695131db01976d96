import { PriceBookError } from '../lambda/domain/pricing/book-file.ts';
import { checkBook } from '../lambda/domain/pricing/check-book.ts';
import { type PriceBook, priceBook } from '../lambda/domain/pricing/price-book.ts';

/**
 * A price that cannot be right stops the build: what ships is what people are charged, and suspended for.
 * @throws PriceBookError with a sentence for each
 */
export function guardPriceBook(book: PriceBook = priceBook): void {
  const problems = checkBook(book);
  if (problems.length === 0) return;
  throw new PriceBookError(
    `The price book ${book.version} has prices that cannot be right, so nothing is built; correct them in lambda/domain/pricing:\n${problems.join('\n')}`,
  );
}
