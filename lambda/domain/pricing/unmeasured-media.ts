import type { Invocation, Usage } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { costOf } from '../money.ts';
import { cheapestRates, floorCost } from './ceiling.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel } from './price-row.ts';

/**
 * A video or a sound that a model was given has a price by the second, and no record tells its length. The upper bound, an
 * hour or two, is some thousand times what most calls cost: counted at once, it would use up a budget in half a dozen of
 * them. So such a ceiling counts by a second and by what was counted, until its grace is over.
 */
export function withMediaFloor({ usage }: Invocation, charged: Charge, book: PriceBook): Charge {
  if (charged.quality !== 'ceiling' || charged.floor !== undefined) return charged;
  const model = book.find(charged.model);
  if (model === undefined || !isGivenMedia(model) || usage?.video !== undefined) return charged;
  const floor = leastOf(model, usage);
  return floor < charged.cost ? { ...charged, floor } : charged;
}

/** Sold by the second without making video: those are seconds of what it is given. */
const isGivenMedia = ({ kind, rows }: PricedModel): boolean =>
  rows.some(
    ({ seconds, tokens }) =>
      Object.keys(seconds).length > 0 && (kind !== 'video' || tokens.output !== undefined),
  );

function leastOf(model: PricedModel, usage: Usage | undefined): bigint {
  const rates = cheapestRates([model]);
  const counted = usage === undefined ? 0n : floorCost(rates, usage);
  return costOf([{ quantity: 1, rate: rates.second }]) + counted;
}
