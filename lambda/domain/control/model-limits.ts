import { economyModels } from '../pricing/economy-models.ts';
import { premiumModels } from '../pricing/premium-models.ts';
import type { PriceBook } from '../pricing/price-book.ts';
import type { RungAction } from '../settings.ts';
import { type ModelPattern, matchesModel } from './model-pattern.ts';
import type { Rung } from './rung.ts';

/**
 * The ladder of a model limit that has none of its own: a notice at 80 %, and at 100 % the mildest step that takes all its
 * models away. A deny is one of our deployed policies, so it reaches further than the limit.
 */
export function modelLadder(pattern: ModelPattern, book: PriceBook): readonly Rung[] {
  return [
    { threshold: '80%', actions: ['notify'] },
    { threshold: '100%', actions: ['notify', mildestAction(pattern, book)] },
  ];
}

function mildestAction(pattern: ModelPattern, book: PriceBook): RungAction {
  const models = book.models.map(({ id }) => id).filter((id) => matchesModel(pattern, id));
  const premium = new Set(premiumModels(book));
  const economical = new Set(economyModels(book));
  if (models.every((id) => premium.has(id))) return 'no-premium';
  return models.some((id) => economical.has(id)) ? 'suspend' : 'restrict';
}
