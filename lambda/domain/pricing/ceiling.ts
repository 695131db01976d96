import { assertNever } from '../assert-never.ts';
import type { Usage } from '../metering/invocation.ts';
import { type CostLine, costOf, type NanoUsd, type Rate } from '../money.ts';
import { callKind } from './call-kind.ts';
import type { PriceBook } from './price-book.ts';
import {
  type ModelKind,
  type PricedModel,
  type PriceRow,
  type TokenClass,
  tokenClasses,
} from './price-row.ts';

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
  /** Of what a ranking model is asked. */
  readonly query: Rate;
}

/** An unknown price: at most `cost`, at least `floor`, in nano-USD. */
export interface UnknownPrice {
  readonly cost: NanoUsd;
  readonly floor: NanoUsd;
}

/**
 * The bounds of a call whose model has no price. The upper one is of the most expensive rates of its maker's models of that kind
 * (of all models of that kind, where it has none); the lower one of the cheapest of any maker's, and of the counts that
 * are there. It is never nothing.
 * @param name the model's id; undefined where the caller's spelling does not tell one
 */
export function unknownPrice(
  book: PriceBook,
  called: { readonly name: string | undefined; readonly provider: string | undefined },
  usage: Usage | undefined,
): UnknownPrice {
  const kind = callKind(called.name, usage);
  const alike = book.models.filter((model) => kind === undefined || model.kind === kind);
  const cost =
    kind === 'video' && usage?.video === undefined
      ? highestVideo(alike)
      : ceilingCost(ceilingRates(book, called.provider, kind), usage, kind);
  const floor = floorCost(cheapestRates(alike), usage);
  return { cost, floor: floor < cost ? floor : cost };
}

/** The most expensive rate of each class among a provider's models of a kind; among all models where it is unknown or has none. */
export function ceilingRates(
  book: PriceBook,
  provider: string | undefined,
  kind: ModelKind | undefined = undefined,
): CeilingRates {
  const fits = (model: PricedModel) => (kind === undefined ? hasTokens(model) : model.kind === kind);
  const own = book.models.filter((model) => model.provider === provider && fits(model));
  const alike = kind === undefined ? book.models : book.models.filter(fits);
  return highestRates((own.length > 0 ? own : alike).flatMap(({ rows }) => rows));
}

/** Whether a model's rates say what tokens of its maker may cost: one that is sold by the piece says nothing of them. */
export const hasTokens = ({ kind, rows }: PricedModel): boolean =>
  kind !== 'image' &&
  kind !== 'video' &&
  (rows.length === 0 || rows.some(({ tokens }) => Object.values(tokens).some((rate) => rate > 0n)));

/** The most expensive rate of each class among rows, long contexts included. */
export function highestRates(rows: readonly PriceRow[]): CeilingRates {
  const tokens = rows.flatMap((row) =>
    row.longContext ? [row.tokens, row.longContext.tokens] : [row.tokens],
  );
  const listed = Object.fromEntries(
    tokenClasses.map((name) => [name, most(tokens.map((rates) => rates[name] ?? 0n))]),
  ) as Record<TokenClass, Rate>;
  // A class without a price can hardly cost more than these: no published write is more expensive than twice the input.
  const twice = 2n * listed.input;
  return {
    tokens: {
      ...listed,
      cacheRead: most([listed.cacheRead, listed.input]),
      cacheWrite5m: most([listed.cacheWrite5m, twice]),
      cacheWrite1h: most([listed.cacheWrite1h, twice]),
      cacheWrite30m: most([listed.cacheWrite30m, twice]),
    },
    ...pieceRates(rows, most),
  };
}

/** The cheapest rate of each class among models; what a list gives away is no lower bound. */
export function cheapestRates(models: readonly PricedModel[]): CeilingRates {
  const rows = models.flatMap((model) => model.rows);
  const tokens = tokenClasses.map((name) => [name, least(rows.map((row) => row.tokens[name] ?? 0n))]);
  return {
    tokens: Object.fromEntries(tokens) as Record<TokenClass, Rate>,
    ...pieceRates(rows, least),
  };
}

const pieceRates = (rows: readonly PriceRow[], choose: (rates: readonly Rate[]) => Rate) => ({
  image: choose(rows.flatMap((row) => Object.values(row.images))),
  second: choose(rows.flatMap((row) => Object.values(row.seconds))),
  query: choose(rows.flatMap(({ query }) => query ?? [])),
});

/** Upper bound for a call of known usage; of counts that are all 0 nothing follows for a model of unknown units. */
export function ceilingCost(rates: CeilingRates, usage: Usage | undefined, kind?: ModelKind): NanoUsd {
  const counted = usage === undefined ? 0n : costOf(ceilingLines(rates, usage));
  return counted > 0n ? counted : allowanceCost(rates, kind);
}

/** A call can ask a ranking model for the rank of up to 1,000 documents, in queries of 100. */
export const mostQueries = 10;

/** Upper bound for a call of unknown usage, by its kind; where that is unknown: in tokens or images, whichever is more expensive. */
export function allowanceCost(rates: CeilingRates, kind?: ModelKind): NanoUsd {
  const { input, output } = rates.tokens;
  const tokens = costOf([
    { quantity: callAllowance.input, rate: input },
    { quantity: callAllowance.output, rate: output },
  ]);
  const images = costOf([{ quantity: callAllowance.images, rate: rates.image }]);
  switch (kind) {
    case 'image':
      return images;
    case 'rerank':
      return costOf([{ quantity: mostQueries, rate: rates.query }]);
    case 'chat':
    case 'embedding':
      return tokens;
    case 'video':
    case undefined:
      return tokens > images ? tokens : images;
    default:
      return assertNever(kind);
  }
}

/** The longest video of each model at its most expensive rate: how long one is and what a second costs go together. */
const highestVideo = (models: readonly PricedModel[]): NanoUsd =>
  most(
    models.map(({ rows, mostSeconds = 0 }) =>
      costOf([{ quantity: mostSeconds, rate: highestRates(rows).second }]),
    ),
  );

/** Lower bound: what is counted at these rates, and one of the cheapest things there is where nothing is. */
export function floorCost(rates: CeilingRates, usage: Usage | undefined): NanoUsd {
  const counted = usage === undefined ? 0n : costOf(ceilingLines(rates, usage));
  if (counted > 0n) return counted;
  const units = [...Object.values(rates.tokens), rates.image, rates.second, rates.query];
  const one = costOf([{ quantity: 1, rate: least(units) }]);
  return one > 0n ? one : 1n;
}

/** What is counted, each at its bound. */
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

/** Of those above 0; 0 where there is none. */
function least(rates: readonly Rate[]): Rate {
  return rates
    .filter((rate) => rate > 0n)
    .reduce((lowest, rate) => (lowest === 0n || rate < lowest ? rate : lowest), 0n);
}
