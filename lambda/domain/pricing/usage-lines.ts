import type { Usage } from '../metering/invocation.ts';
import { cachedTokens, promptTokens } from '../metering/tokens.ts';
import type { CostLine, Rate } from '../money.ts';
import { imageLines, videoLines } from './piece-lines.ts';
import type { PricedModel, PriceRow, TokenRates } from './price-row.ts';

export const lineFlags = {
  /** The record does not say which class of cache write it was, and the model has several: the settings' it is. */
  cacheWriteAssumed5m: 'cache-write-5m-assumed',
  cacheWriteAssumed1h: 'cache-write-1h-assumed',
  /** The request asked for the class of one hour, so that one is assumed. */
  cacheWriteAsked: 'cache-write-1h-asked',
  /** The model has no price for a class of tokens that the record counts: an upper bound is used. */
  classUnlisted: 'class-unlisted',
  longContext: 'long-context',
} as const;

/** Class of a cache write where the record does not tell it. */
export type AssumedWrite = '5m' | '1h';

/** What is taken where a record leaves something open. */
export interface Assumptions {
  readonly assumeCacheWrites: AssumedWrite;
  readonly assumeImages: number;
}

export interface UsageLines {
  readonly lines: readonly CostLine[];
  /** The same, had each class that was assumed been the most expensive of the model's. */
  readonly worst: readonly CostLine[];
  readonly flags: readonly string[];
  /** Whether a flag above is an assumption about the price. */
  readonly assumed: boolean;
  /** The rates in force: the long context's where the context was long. */
  readonly tokens: TokenRates;
}

/** The lines that a row's prices make of a usage. A long context re-rates the whole call, its output included. */
export function usageLines(
  model: Pick<PricedModel, 'kind' | 'pictures'>,
  row: PriceRow,
  usage: Usage,
  { assumeCacheWrites, assumeImages }: Assumptions,
): UsageLines {
  const long = row.longContext !== undefined && promptTokens(usage) > row.longContext.above;
  const tokens = long && row.longContext !== undefined ? row.longContext.tokens : row.tokens;
  // A class that the request asked for can only raise what is assumed.
  const assumedWrite = usage.cacheWriteAsked ?? assumeCacheWrites;
  const writes = cacheWriteLines(tokens, usage, assumedWrite);
  const images = imageLines(model, row, usage, assumeImages);
  const video = videoLines(row, usage);
  const unlisted =
    (usage.cacheRead > 0 && tokens.cacheRead === undefined && tokens.input !== undefined) || writes.unlisted;
  const assumptions = [
    ...(unlisted ? [lineFlags.classUnlisted] : []),
    ...(writes.assumed ? [writeFlags[assumedWrite]] : []),
    ...(writes.assumed && usage.cacheWriteAsked !== undefined ? [lineFlags.cacheWriteAsked] : []),
    ...images.flags,
    ...video.flags,
  ];
  const others = [
    { quantity: usage.input, rate: tokens.input ?? 0n },
    { quantity: usage.output, rate: tokens.output ?? 0n },
    // Without a discount for what the cache served, it is input.
    { quantity: usage.cacheRead, rate: tokens.cacheRead ?? tokens.input ?? 0n },
  ];
  return {
    lines: [...others, ...images.lines, ...video.lines, ...writes.lines],
    // Declined attempts are not billed, as far as their makers say.
    worst: [
      ...others,
      { quantity: usage.declined ?? 0, rate: tokens.input ?? 0n },
      ...images.worst,
      ...video.worst,
      ...writes.worst,
    ],
    flags: long ? [lineFlags.longContext, ...assumptions] : assumptions,
    assumed: assumptions.length > 0,
    tokens,
  };
}

const writeFlags = {
  '5m': lineFlags.cacheWriteAssumed5m,
  '1h': lineFlags.cacheWriteAssumed1h,
} as const satisfies Record<AssumedWrite, string>;

interface CacheWriteLines {
  readonly lines: readonly CostLine[];
  readonly worst: readonly CostLine[];
  readonly assumed: boolean;
  readonly unlisted: boolean;
}

const noWrites: CacheWriteLines = { lines: [], worst: [], assumed: false, unlisted: false };

function cacheWriteLines(tokens: TokenRates, usage: Usage, assumedWrite: AssumedWrite): CacheWriteLines {
  if (cachedTokens(usage) === usage.cacheRead) return noWrites;
  const listed = [tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWrite30m]
    .filter((rate) => rate !== undefined)
    .sort((a, b) => (a < b ? 1 : -1));
  const [highestRate] = listed;
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
  const assumed = listed.length > 1 ? (ofClass ?? highestRate) : highestRate;
  const lines = (unclassified: Rate | undefined) =>
    [...told, [untold, unclassified] as const].map(([quantity, rate]) => ({
      quantity,
      rate: rate ?? fallback,
    }));
  return {
    lines: lines(assumed),
    worst: lines(highestRate),
    assumed: untold > 0 && listed.length > 1,
    unlisted: [...told, [untold, assumed] as const].some(
      ([quantity, rate]) => quantity > 0 && rate === undefined && fallback > 0n,
    ),
  };
}
