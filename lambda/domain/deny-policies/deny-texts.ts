import type { DenyLevel } from '../level.ts';
import { economyModels } from '../pricing/economy-models.ts';
import { premiumModels } from '../pricing/premium-models.ts';
import type { PriceBook } from '../pricing/price-book.ts';
import { noPremiumPolicy } from './no-premium-policy.ts';
import type { PolicyText } from './policy-text.ts';
import { restrictedPolicy } from './restricted-policy.ts';
import { inFewerCharacters } from './spending-actions.ts';
import { plainSuspendedPolicy, suspendedPolicy } from './suspended-policy.ts';
import type { TamperScope } from './tamper-statements.ts';

type DenyTexts = Readonly<Record<DenyLevel, PolicyText>>;

/** What each level denies, by the price book's idea of cheap and expensive: the one source of every deny's text. */
export function denyTexts(book: PriceBook, partition: string, scope: TamperScope): DenyTexts {
  return { ...milderTexts(book, partition), suspended: suspendedPolicy(scope) };
}

/** The same for sessions of a shared role, whose one inline policy names each of them in each statement. */
export function sessionDenyTexts(book: PriceBook, partition: string, account: string): DenyTexts {
  const texts = { ...milderTexts(book, partition), suspended: plainSuspendedPolicy(partition, account) };
  return { ...texts, suspended: tight(texts.suspended), restricted: tight(texts.restricted) };
}

const tight = ({ Statement, ...policy }: PolicyText): PolicyText => ({
  ...policy,
  Statement: Statement.map((statement) =>
    statement.Action === undefined
      ? statement
      : { ...statement, Action: inFewerCharacters(statement.Action) },
  ),
});

function milderTexts(book: PriceBook, partition: string): Omit<DenyTexts, 'suspended'> {
  // A model may be called by each of its names.
  const named = (models: readonly string[]) =>
    models.flatMap((id) => [id, ...(book.find(id)?.aliases ?? [])]);
  return {
    'no-premium': noPremiumPolicy(named(premiumModels(book)), partition),
    restricted: restrictedPolicy(named(economyModels(book)), partition),
  };
}
