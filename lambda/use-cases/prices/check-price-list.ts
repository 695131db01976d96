import { endingPrices } from '../../domain/pricing/ending-prices.ts';
import { withOverrides } from '../../domain/pricing/overrides.ts';
import { type PriceBook, priceBook } from '../../domain/pricing/price-book.ts';
import { compareWithBook } from '../../domain/pricing/price-list/compare.ts';
import { priceReport } from '../../domain/pricing/price-list/price-report.ts';
import { applyPolicy } from '../../domain/pricing/price-list/proposal.ts';
import { readPriceList } from '../../domain/pricing/price-list/read-price-list.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Publisher } from '../ports/messages.ts';
import type { Clock } from '../ports/time.ts';
import type { PriceList, PriceListChecks } from '../ports/upkeep.ts';

export interface CheckPriceListDeps {
  readonly priceList: PriceList;
  readonly checks: PriceListChecks;
  /** Leads to those who operate the system. */
  readonly publisher: Publisher;
  readonly settings: Pick<Settings, 'priceUpkeep'> & Partial<Pick<Settings, 'prices'>>;
  readonly clock: Clock;
  /** @default the book that metering uses */
  readonly book?: PriceBook;
}

export interface CheckedPriceList {
  readonly agreed: number;
  readonly differ: number;
  readonly missing: number;
  /** Whether operators got a message now. */
  readonly reported: boolean;
}

/** AWS answered, but not with prices: either its list has changed its form, or something else answered. */
export class EmptyPriceListError extends Error {
  override name = 'EmptyPriceListError';
}

/**
 * Compares AWS's Price List with the book. What agrees is confirmed, what differs is reported once, and nothing changes
 * by itself. The message goes out before it is remembered: a crash between the two tells twice rather than never.
 * @throws EmptyPriceListError
 */
export async function checkPriceList(deps: CheckPriceListDeps): Promise<CheckedPriceList> {
  const { priceList, checks, publisher, settings, clock, book = priceBook } = deps;
  const products: string[] = [];
  for await (const product of priceList.products()) products.push(product);
  const list = readPriceList(products, book);
  if (list.rates.length === 0) {
    throw new EmptyPriceListError(
      'No price could be read from the AWS Price List: look whether GetProducts still answers in the form that the parser knows.',
    );
  }
  const at = clock().toISOString();
  const day = at.slice(0, 'yyyy-mm-dd'.length);
  const comparison = compareWithBook(list, day, book);
  const { confirm } = applyPolicy(comparison.proposal, settings.priceUpkeep).applied;
  const ending = endingPrices(withOverrides(book, settings.prices?.overrides), day);
  const report = priceReport(comparison, book.version, ending);
  const before = await checks.last();
  const reported = report !== undefined && report.digest !== before?.reported;
  if (reported) {
    const { subject, body } = report;
    await publisher.publish({ subject, body, critical: false, attributes: { kind: 'prices' } });
  }
  const confirmed = confirm.map(({ model, scope, tier }) => [`${model} ${scope} ${tier}`, day]);
  await checks.save({
    at,
    reported: report?.digest,
    confirmed:
      settings.priceUpkeep === 'confirm' ? { ...before?.confirmed, ...Object.fromEntries(confirmed) } : {},
  });
  const { agreed, different, 'missing-from-book': missing } = comparison.counts;
  return { agreed, differ: different, missing, reported };
}
