import type { Usage } from '../metering/invocation.ts';
import { type CostLine, costOf, type NanoUsd, type Rate } from '../money.ts';
import type { PriceBook } from './price-book.ts';
import { type PricedModel, type PriceRow, type TokenClass, tokenClasses } from './price-row.ts';

/**
 * What an unknown price or an unknown usage costs until it is known: a visible upper bound, never nothing.
 * A call of unknown usage is taken to have filled a context of 200,000 tokens and to have answered with 16,000.
 */
export const callAllowance = { input: 200_000, output: 16_000, images: 5 } as const;

export interface CeilingRates {
  readonly tokens: Readonly<Record<TokenClass, Rate>>;
  readonly image: Rate;
  /** Of video. */
  readonly second: Rate;
}

/** The dearest rate of each class among a provider's models; among all models where it is unknown or has none. */
export function ceilingRates(book: PriceBook, provider: string | undefined): CeilingRates {
  const own = book.models.filter((model) => model.provider === provider && hasTokens(model));
  return dearestRates((own.length > 0 ? own : book.models).flatMap(({ rows }) => rows));
}

/** Whether a model's rates say what tokens of its maker may cost: one that is sold by the piece says nothing of them. */
export const hasTokens = ({ kind, rows }: PricedModel): boolean =>
  kind !== 'image' &&
  kind !== 'video' &&
  (rows.length === 0 || rows.some(({ tokens }) => Object.values(tokens).some((rate) => rate > 0n)));

/** The dearest rate of each class among rows, long contexts included. */
export function dearestRates(rows: readonly PriceRow[]): CeilingRates {
  const tokens = rows.flatMap((row) =>
    row.longContext ? [row.tokens, row.longContext.tokens] : [row.tokens],
  );
  const listed = Object.fromEntries(
    tokenClasses.map((name) => [name, most(tokens.map((rates) => rates[name] ?? 0n))]),
  ) as Record<TokenClass, Rate>;
  // A class without a price can hardly cost more than these: no published write is dearer than twice the input.
  const twice = 2n * listed.input;
  return {
    tokens: {
      ...listed,
      cacheRead: most([listed.cacheRead, listed.input]),
      cacheWrite5m: most([listed.cacheWrite5m, twice]),
      cacheWrite1h: most([listed.cacheWrite1h, twice]),
      cacheWrite30m: most([listed.cacheWrite30m, twice]),
    },
    image: most(rows.flatMap((row) => Object.values(row.images))),
    second: most(rows.flatMap((row) => Object.values(row.seconds))),
  };
}

/** Upper bound for a call of known usage; of counts that are all 0 nothing follows for a model of unknown units. */
export function ceilingCost(rates: CeilingRates, usage: Usage | undefined): NanoUsd {
  const counted = usage === undefined ? 0n : costOf(ceilingLines(rates, usage));
  return counted > 0n ? counted : allowanceCost(rates);
}

/** Upper bound for a call of unknown usage: the allowance in tokens or in images, whichever is dearer. */
export function allowanceCost(rates: CeilingRates): NanoUsd {
  const tokens = costOf([
    { quantity: callAllowance.input, rate: rates.tokens.input },
    { quantity: callAllowance.output, rate: rates.tokens.output },
  ]);
  const images = costOf([{ quantity: callAllowance.images, rate: rates.image }]);
  return tokens > images ? tokens : images;
}

/** What is counted, each at its upper bound. */
export function ceilingLines({ tokens, image, second }: CeilingRates, usage: Usage): readonly CostLine[] {
  return [
    { quantity: usage.input, rate: tokens.input },
    { quantity: usage.output, rate: tokens.output },
    { quantity: usage.cacheRead, rate: tokens.cacheRead },
    { quantity: usage.cacheWrite['5m'], rate: tokens.cacheWrite5m },
    { quantity: usage.cacheWrite['1h'], rate: tokens.cacheWrite1h },
    { quantity: usage.cacheWrite['30m'], rate: tokens.cacheWrite30m },
    { quantity: usage.cacheWriteUnclassified, rate: tokens.cacheWrite1h },
    { quantity: usage.images ?? 0, rate: image },
    videoLine(usage.video?.milliseconds ?? 0, second),
  ];
}

/** Rates are of seconds, records tell fractions of them; no rate is so fine that a thousandth of it is not exact. */
export const videoLine = (milliseconds: number, second: Rate): CostLine => ({
  quantity: milliseconds,
  rate: second / 1000n,
});

function most(rates: readonly Rate[]): Rate {
  return rates.reduce((highest, rate) => (rate > highest ? rate : highest), 0n);
}
