import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { InputError } from '../../command-line/input-error.ts';
import { checkRegion } from '../../command-line/known-region.ts';
import { readDay } from '../../command-line/period.ts';
import { textTable } from '../../command-line/text-table.ts';
import { explainPrice } from './explain-price.ts';
import type { ShowPriceOptions } from './show-price.ts';

export interface ModelPriceLine {
  readonly model: string;
  readonly kind: string;
  /** By class of usage, in USD, each with what it is per. */
  readonly rates: Readonly<Record<string, { readonly usd: string; readonly per: string }>>;
}

/**
 * `prices list [TEXT]`: the models of the price book with what a call of a Region is charged, on one line each.
 * @throws InputError for a Region or a day that does not exist, or where no model has TEXT in its id
 */
export function listPrices(
  text: string | undefined,
  { region, at, profiles = {}, prices, book = priceBook }: ShowPriceOptions,
): CommandAnswer<readonly ModelPriceLine[]> {
  checkRegion(region, '--region');
  const day = readDay(at, '--at');
  const wanted = book.models.filter(({ id }) => text === undefined || id.includes(text.toLowerCase()));
  if (wanted.length === 0) {
    throw new InputError(`No model of the price book has "${text}" in its id: leave it out to see all.`);
  }
  const listed = wanted
    .map(({ id, kind }) => {
      const explained = explainPrice({ modelId: id, region, day, profiles, prices }, book);
      const rates = explained.kind === 'priced' ? explained.rates : [];
      return {
        model: id,
        kind,
        rates: Object.fromEntries(
          rates.map(({ what, usd, negotiatedUsd, per }) => [what, { usd: negotiatedUsd ?? usd, per }]),
        ),
      };
    })
    .filter(({ rates }) => Object.keys(rates).length > 0)
    .sort((a, b) => (a.model < b.model ? -1 : 1));
  const rows = listed.map(({ model, kind, rates }) => [
    model,
    kind,
    Object.entries(rates)
      .filter(([what]) => !/cache/i.test(what))
      .map(([what, { usd, per }]) =>
        per === 'million tokens' ? `${what} ${usd}` : `${what} ${usd} per ${per}`,
      )
      .join('\n'),
  ]);
  const head = `${listed.length} models in ${region} on ${day}, in USD, per million tokens where nothing else stands; price book ${book.version}.`;
  return { text: `${head}\n${textTable(['model', 'kind', 'price'], rows)}`, json: listed, exitCode: 0 };
}
