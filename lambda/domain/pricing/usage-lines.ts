import type { Usage } from '../metering/invocation.ts';
import { promptTokens } from '../metering/tokens.ts';
import type { CostLine, Rate } from '../money.ts';
import type { PriceRow, TokenRates } from './price-row.ts';

export const lineFlags = {
  /** The record does not say which class of cache write it was, and the model has several: 5 minutes it is. */
  cacheWriteAssumed5m: 'cache-write-5m-assumed',
  /** The model has no price for a class of tokens that the record counts: an upper bound is used. */
  classUnlisted: 'class-unlisted',
  longContext: 'long-context',
  /** The record does not tell size and quality of its images: the dearest class is used. */
  imageClassAssumed: 'image-class-assumed',
} as const;

export interface UsageLines {
  readonly lines: readonly CostLine[];
  readonly flags: readonly string[];
  /** Whether a flag above is an assumption about the price. */
  readonly assumed: boolean;
  /** The rates in force: the long context's where the context was long. */
  readonly tokens: TokenRates;
}

/** The lines that a row's prices make of a usage. A long context re-rates the whole call, its output included. */
export function usageLines(row: PriceRow, usage: Usage): UsageLines {
  const long = row.longContext !== undefined && promptTokens(usage) > row.longContext.above;
  const tokens = long && row.longContext !== undefined ? row.longContext.tokens : row.tokens;
  const writes = cacheWriteLines(tokens, usage);
  const images = imageLines(row, usage);
  const unlisted =
    (usage.cacheRead > 0 && tokens.cacheRead === undefined && tokens.input !== undefined) || writes.unlisted;
  const assumptions = [
    ...(unlisted ? [lineFlags.classUnlisted] : []),
    ...(writes.assumed ? [lineFlags.cacheWriteAssumed5m] : []),
    ...(images.assumed ? [lineFlags.imageClassAssumed] : []),
  ];
  return {
    lines: [
      { quantity: usage.input, rate: tokens.input ?? 0n },
      { quantity: usage.output, rate: tokens.output ?? 0n },
      // Without a discount for what the cache served, it is input.
      { quantity: usage.cacheRead, rate: tokens.cacheRead ?? tokens.input ?? 0n },
      ...writes.lines,
      ...images.lines,
    ],
    flags: long ? [lineFlags.longContext, ...assumptions] : assumptions,
    assumed: assumptions.length > 0,
    tokens,
  };
}

interface Priced {
  readonly lines: readonly CostLine[];
  readonly assumed: boolean;
}

function cacheWriteLines(tokens: TokenRates, usage: Usage): Priced & { readonly unlisted: boolean } {
  const classes = [tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWrite30m];
  const listed = classes.filter((rate) => rate !== undefined);
  // No published write costs more than twice the input.
  const fallback = 2n * (tokens.input ?? 0n);
  const told: readonly [number, Rate | undefined][] = [
    [usage.cacheWrite['5m'], tokens.cacheWrite5m],
    [usage.cacheWrite['1h'], tokens.cacheWrite1h],
    [usage.cacheWrite['30m'], tokens.cacheWrite30m],
    [usage.cacheWriteUnclassified, listed.length === 1 ? listed[0] : tokens.cacheWrite5m],
  ];
  return {
    lines: told.map(([quantity, rate]) => ({ quantity, rate: rate ?? fallback })),
    assumed: usage.cacheWriteUnclassified > 0 && listed.length > 1,
    unlisted: told.some(([quantity, rate]) => quantity > 0 && rate === undefined && fallback > 0n),
  };
}

function imageLines(row: PriceRow, usage: Usage): Priced {
  const rates = Object.values(row.images);
  if (usage.images === undefined || rates.length === 0) {
    return { lines: [], assumed: false };
  }
  const known = row.images[usage.imageClass ?? 'any'] ?? row.images['any'];
  const rate = known ?? rates.reduce((most, candidate) => (candidate > most ? candidate : most));
  return { lines: [{ quantity: usage.images, rate }], assumed: known === undefined };
}
