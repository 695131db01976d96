import type { DenyStep } from '../level.ts';
import { economyModels } from '../pricing/economy-models.ts';
import { premiumModels } from '../pricing/premium-models.ts';
import type { PriceBook } from '../pricing/price-book.ts';
import { economyPolicy } from './economy-policy.ts';
import { haltPolicy } from './halt-policy.ts';
import { noPremiumPolicy } from './no-premium-policy.ts';
import type { PolicyText } from './policy-text.ts';

/** What each step denies, by the price book's idea of cheap and dear: the one source of every deny's text. */
export function denyTexts(
  book: PriceBook,
  partition: string,
  account: string,
): Readonly<Record<DenyStep, PolicyText>> {
  // A model may be called by each of its names.
  const named = (models: readonly string[]) =>
    models.flatMap((id) => [id, ...(book.find(id)?.aliases ?? [])]);
  return {
    'no-premium': noPremiumPolicy(named(premiumModels(book)), partition),
    economy: economyPolicy(named(economyModels(book)), partition),
    halt: haltPolicy(partition, account),
  };
}
