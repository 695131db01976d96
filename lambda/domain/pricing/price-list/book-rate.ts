import { type Rate, ratePerMillion } from '../../money.ts';
import { findRow, rowFlags } from '../find-row.ts';
import type { PriceBook } from '../price-book.ts';
import type { PriceRow, TokenClass } from '../price-row.ts';
import { tierFactor } from '../tier-factors.ts';
import { unitPrices } from '../unit-prices.ts';
import type { ListRate } from './list-rate.ts';

/** What the price book lacks: the nearest thing that would have to be added. */
export type Missing = 'model' | 'scope' | 'region' | 'class' | 'tier' | 'long-context';

export type BookRate =
  | { readonly kind: 'listed'; readonly rate: Rate }
  | { readonly kind: 'missing'; readonly what: Missing };

const missing = (what: Missing): BookRate => ({ kind: 'missing', what });
const everywhere = '*';

/** What the book says on `day` (UTC) about the thing that a list's rate prices, the standard tier's for other tiers. */
export function bookRate(rate: ListRate, book: PriceBook, day: string): BookRate {
  const model = book.find(rate.model);
  if (rate.unitClass === 'guardrailUnit' || rate.unitClass === 'toolRequest') {
    return unitRate(rate);
  }
  if (model === undefined) {
    return missing('model');
  }
  const found = findRow(model, rate.scope, rate.region, day);
  if (found === undefined || found.flags.includes(rowFlags.scopeUnlisted)) {
    return missing('scope');
  }
  if (found.flags.includes(rowFlags.regionUnlisted)) {
    return missing('region');
  }
  if (rate.tier !== 'standard' && tierFactor(model.id, rate.tier) === undefined) {
    return missing('tier');
  }
  if (rate.context === 'long' && found.row.longContext === undefined) {
    return missing('long-context');
  }
  return listedOr(classRate(found.row, rate, rate.unitClass), 'class');
}

type RowClass = TokenClass | 'mediaToken' | 'image' | 'videoSecond' | 'searchQuery';

function classRate(
  row: PriceRow,
  { variant = 'any', context }: ListRate,
  unitClass: RowClass,
): Rate | undefined {
  if (unitClass === 'image') {
    return row.images[variant] ?? (variant === 'document' ? undefined : row.images['any']);
  }
  if (unitClass === 'videoSecond') {
    return row.seconds[variant];
  }
  if (unitClass === 'searchQuery') {
    return row.query;
  }
  if (unitClass === 'mediaToken') {
    // A medium without a rate of its own costs what text does.
    const side = variant.endsWith('-output') ? 'output' : 'input';
    return row.mediaTokens?.[variant] ?? row.tokens[side];
  }
  return (context === 'long' ? row.longContext?.tokens : row.tokens)?.[unitClass];
}

function unitRate({ model, unitClass, variant = 'any', region }: ListRate): BookRate {
  const same = unitPrices.filter((unit) => unit.id === model && unit.unitClass === unitClass);
  if (same.length === 0) {
    return missing('model');
  }
  const here = same.find(({ regions }) => regions.includes(region) || regions.includes(everywhere));
  return here === undefined ? missing('region') : listedOr(here.rates[variant], 'class');
}

function listedOr(rate: Rate | undefined, what: Missing): BookRate {
  return rate === undefined ? missing(what) : { kind: 'listed', rate };
}

/** The list's rate as a number that compares exactly. */
export const listedRate = ({ ratePerMillion: text }: ListRate): Rate => ratePerMillion(text);
