import type { Usage } from '../metering/invocation.ts';
import { promptTokens } from '../metering/tokens.ts';
import type { CostLine, Rate } from '../money.ts';
import type { PriceRow, TokenRates } from './price-row.ts';

export const lineFlags = {
  /** The record does not say which class of cache write it was, and the model has several: the settings' it is. */
  cacheWriteAssumed5m: 'cache-write-5m-assumed',
  cacheWriteAssumed1h: 'cache-write-1h-assumed',
  /** The model has no price for a class of tokens that the record counts: an upper bound is used. */
  classUnlisted: 'class-unlisted',
  longContext: 'long-context',
  /** The record does not tell size and quality of its images: the dearest class is used. */
  imageClassAssumed: 'image-class-assumed',
} as const;

/** Class of a cache write where the record does not tell it. */
export type AssumedWrite = '5m' | '1h';

export interface UsageLines {
  readonly lines: readonly CostLine[];
  /** The same, had each class that was assumed been the dearest of the model's. */
  readonly worst: readonly CostLine[];
  readonly flags: readonly string[];
  /** Whether a flag above is an assumption about the price. */
  readonly assumed: boolean;
  /** The rates in force: the long context's where the context was long. */
  readonly tokens: TokenRates;
}

/** The lines that a row's prices make of a usage. A long context re-rates the whole call, its output included. */
export function usageLines(row: PriceRow, usage: Usage, assumedWrite: AssumedWrite = '5m'): UsageLines {
  const long = row.longContext !== undefined && promptTokens(usage) > row.longContext.above;
  const tokens = long && row.longContext !== undefined ? row.longContext.tokens : row.tokens;
  const writes = cacheWriteLines(tokens, usage, assumedWrite);
  const images = imageLines(row, usage);
  const unlisted =
    (usage.cacheRead > 0 && tokens.cacheRead === undefined && tokens.input !== undefined) || writes.unlisted;
  const assumptions = [
    ...(unlisted ? [lineFlags.classUnlisted] : []),
    ...(writes.assumed ? [writeFlags[assumedWrite]] : []),
    ...(images.assumed ? [lineFlags.imageClassAssumed] : []),
  ];
  const others = [
    { quantity: usage.input, rate: tokens.input ?? 0n },
    { quantity: usage.output, rate: tokens.output ?? 0n },
    // Without a discount for what the cache served, it is input.
    { quantity: usage.cacheRead, rate: tokens.cacheRead ?? tokens.input ?? 0n },
    ...images.lines,
  ];
  return {
    lines: [...others, ...writes.lines],
    worst: [...others, ...writes.worst],
    flags: long ? [lineFlags.longContext, ...assumptions] : assumptions,
    assumed: assumptions.length > 0,
    tokens,
  };
}

interface Priced {
  readonly lines: readonly CostLine[];
  readonly assumed: boolean;
}

const writeFlags = {
  '5m': lineFlags.cacheWriteAssumed5m,
  '1h': lineFlags.cacheWriteAssumed1h,
} as const satisfies Record<AssumedWrite, string>;

function cacheWriteLines(
  tokens: TokenRates,
  usage: Usage,
  assumedWrite: AssumedWrite,
): Priced & { readonly worst: readonly CostLine[]; readonly unlisted: boolean } {
  const listed = [tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWrite30m]
    .filter((rate) => rate !== undefined)
    .sort((a, b) => (a < b ? 1 : -1));
  const [dearest] = listed;
  const ofClass = assumedWrite === '5m' ? tokens.cacheWrite5m : tokens.cacheWrite1h;
  // No published write costs more than twice the input.
  const fallback = 2n * (tokens.input ?? 0n);
  const told: readonly [number, Rate | undefined][] = [
    [usage.cacheWrite['5m'], tokens.cacheWrite5m],
    [usage.cacheWrite['1h'], tokens.cacheWrite1h],
    [usage.cacheWrite['30m'], tokens.cacheWrite30m],
  ];
  const untold = usage.cacheWriteUnclassified;
  // A model with one class leaves nothing to assume.
  const assumed = listed.length > 1 ? (ofClass ?? dearest) : dearest;
  const lines = (unclassified: Rate | undefined) =>
    [...told, [untold, unclassified] as const].map(([quantity, rate]) => ({
      quantity,
      rate: rate ?? fallback,
    }));
  return {
    lines: lines(assumed),
    worst: lines(dearest),
    assumed: untold > 0 && listed.length > 1,
    unlisted: [...told, [untold, assumed] as const].some(
      ([quantity, rate]) => quantity > 0 && rate === undefined && fallback > 0n,
    ),
  };
}

function imageLines(row: PriceRow, usage: Usage): Priced {
  const rates = Object.values(row.images);
  if (usage.images === undefined || rates.length === 0) {
    return { lines: [], assumed: false };
  }
  const name = usage.imageClass ?? 'any';
  // Only Titan has a class for small pictures; with all others they are of the next one.
  const known = row.images[name] ?? row.images[name.replace(/^512-/, '1024-')] ?? row.images['any'];
  const rate = known ?? rates.reduce((most, candidate) => (candidate > most ? candidate : most));
  return { lines: [{ quantity: usage.images, rate }], assumed: known === undefined };
}
