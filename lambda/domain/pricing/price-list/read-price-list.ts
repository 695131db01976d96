import { type PriceBook, priceBook } from '../price-book.ts';
import { type ListRate, type ListReading, openReasons, type SkipReason } from './list-rate.ts';
import { parseProduct } from './parse-product.ts';

export type SkippedProduct = Extract<ListReading, { kind: 'skipped' }>;

/** SKUs that give different prices for the same thing: none of them is used. */
export interface Collision {
  readonly key: string;
  readonly rates: readonly ListRate[];
}

export interface PriceListReading {
  /** One rate a key; SKUs that agree are one rate. */
  readonly rates: readonly ListRate[];
  readonly collisions: readonly Collision[];
  /** Products that may hide a price, for a person to check. */
  readonly open: readonly SkippedProduct[];
  /** How many products were skipped, by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Names of models that no rule knows, sorted. */
  readonly unknownNames: readonly string[];
}

/** What a price is for. */
export function rateKey(rate: ListRate): string {
  const { model, region, scope, tier, context, unitClass, variant } = rate;
  return [model, region, scope, tier, context, unitClass, ...(variant === undefined ? [] : [variant])].join(
    ' ',
  );
}

/** Reads products of any mix of the three offers. The order of the products does not matter. */
export function readPriceList(products: Iterable<unknown>, book: PriceBook = priceBook): PriceListReading {
  const byKey = new Map<string, ListRate[]>();
  const skippedProducts: SkippedProduct[] = [];
  for (const product of products) {
    const reading = parseProduct(product, book);
    if (reading.kind === 'skipped') {
      skippedProducts.push(reading);
      continue;
    }
    const key = rateKey(reading.row);
    byKey.set(key, [...(byKey.get(key) ?? []), reading.row]);
  }
  const groups = [...byKey].map(([key, rates]) => ({ key, rates: [...rates].sort(bySku) }));
  const agrees = ({ rates }: Collision) =>
    new Set(rates.map(({ ratePerMillion }) => ratePerMillion)).size === 1;
  return {
    rates: groups.filter(agrees).flatMap(({ rates }) => rates.slice(0, 1)),
    collisions: groups.filter((group) => !agrees(group)),
    open: skippedProducts.filter(({ reason }) => openReasons.has(reason)),
    skipped: countByReason(skippedProducts),
    unknownNames: [
      ...new Set(skippedProducts.flatMap(({ name }) => (name === undefined ? [] : [name]))),
    ].sort(),
  };
}

const bySku = (a: ListRate, b: ListRate) => (a.sku < b.sku ? -1 : Number(a.sku > b.sku));

function countByReason(skipped: readonly SkippedProduct[]): Partial<Record<SkipReason, number>> {
  const counts: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of skipped) {
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
