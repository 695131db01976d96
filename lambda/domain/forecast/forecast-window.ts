import { quantileSorted } from 'simple-statistics';
import type { NanoUsd } from '../money.ts';
import { type Expectation, expect } from './expectation.ts';
import { seededRandom } from './seeded-random.ts';
import { type BucketKind, bucketKinds, observe, phaseOf, type SpendBucket } from './spend-series.ts';

export interface ForecastInput {
  /** Of this window and earlier ones, in any order; buckets without spend may be left out. */
  readonly buckets: readonly SpendBucket[];
  readonly kind: BucketKind;
  readonly window: { readonly startsAt: Date; readonly endsAt: Date };
  /** The window's balance. */
  readonly spent: NanoUsd;
  readonly limit?: NanoUsd | undefined;
  readonly now: Date;
  /** The same seed and input give the same forecast. */
  readonly seed: number;
}

export interface Forecast {
  readonly spent: NanoUsd;
  /** At the window's end, if things go on as they are; never below what is spent. */
  readonly projected: NanoUsd;
  /** About four of five windows end between the two, as long as habits stay; `projected` lies between. */
  readonly low: NanoUsd;
  readonly high: NanoUsd;
  /** Share of drawn futures that reach the limit before the window ends. */
  readonly exceeds: number | undefined;
  /** When the limit is reached, where that lies in this window; `latest` is missing where it may well not be. */
  readonly runsOut: { readonly at?: Date; readonly earliest?: Date; readonly latest?: Date };
  /** What it rests on; with `nothing` it is no forecast but what is spent. */
  readonly basis: Expectation['basis'];
}

const futures = 400;
/**
 * What is cut off at either end so that four of five real ends lie between: drawn futures scatter less than real ones,
 * because nothing is drawn that was not seen. test/domain/forecast measures it.
 */
const tail = 0.05;

/** Part of a bucket that lies ahead. */
interface Ahead {
  readonly from: number;
  readonly to: number;
  readonly share: number;
  readonly phase: number;
  readonly expected: number;
}

/**
 * Projects a window's spend: a level (and, from two whole periods on, a pattern by weekday or hour) for the way ahead,
 * and an interval from futures drawn out of what was seen, the doubt about level and pattern included.
 */
export function forecastWindow(input: ForecastInput): Forecast {
  const { window, spent, limit, now } = input;
  const series = observe(input.buckets, input.kind, window.startsAt, now);
  const expectation = expect(series, input.kind);
  const ahead = wayAhead(input, expectation);
  const start = Number(spent);
  const expected = path(start, ahead, ({ expected }) => expected, limit);
  const runs = resampled(start, ahead, expectation, input);
  const ends = runs.map(({ end }) => end).sort((a, b) => a - b);
  const times = runs.map(({ reachedAt }) => reachedAt).sort((a, b) => a - b);
  const point = atLeast(spent, expected.end);
  const low = atLeast(spent, Math.min(expected.end, quantileSorted(ends, tail)));
  const high = atLeast(spent, Math.max(expected.end, quantileSorted(ends, 1 - tail)));
  const reaching = times.filter(Number.isFinite).length;
  return {
    spent,
    projected: point,
    low: low < point ? low : point,
    high: high > point ? high : point,
    exceeds: limit === undefined ? undefined : reaching / times.length,
    runsOut: {
      ...dated('at', expected.reachedAt),
      ...dated('earliest', Math.min(expected.reachedAt, nth(times, tail))),
      ...(Number.isFinite(expected.reachedAt)
        ? dated('latest', Math.max(expected.reachedAt, nth(times, 1 - tail)))
        : {}),
    },
    basis: expectation.basis,
  };
}

/** Where things go if every day is as expected: all that a run-out time takes, and cheap beside drawing futures. */
export function projection(
  input: Omit<ForecastInput, 'seed'>,
): Pick<Forecast, 'spent' | 'projected'> & { readonly runsOutAt: Date | undefined } {
  const { window, spent, limit, now } = input;
  const expectation = expect(observe(input.buckets, input.kind, window.startsAt, now), input.kind);
  const { end, reachedAt } = path(
    Number(spent),
    wayAhead(input, expectation),
    ({ expected }) => expected,
    limit,
  );
  return { spent, projected: atLeast(spent, end), runsOutAt: dated('at', reachedAt).at };
}

function wayAhead({ kind, window, now }: Omit<ForecastInput, 'seed'>, expectation: Expectation): Ahead[] {
  const { ms } = bucketKinds[kind];
  const origin = window.startsAt.getTime();
  const begin = Math.max(now.getTime(), origin);
  const end = window.endsAt.getTime();
  const ahead: Ahead[] = [];
  for (let cell = Math.floor((begin - origin) / ms); origin + cell * ms < end; cell += 1) {
    const startsAt = origin + cell * ms;
    const from = Math.max(startsAt, begin);
    const to = Math.min(startsAt + ms, end);
    const phase = phaseOf(startsAt, kind);
    if (to > from) ahead.push({ from, to, share: (to - from) / ms, phase, expected: expectation.at(phase) });
  }
  return ahead;
}

function resampled(
  start: number,
  ahead: readonly Ahead[],
  { draw }: Expectation,
  { limit, seed }: ForecastInput,
): Path[] {
  const random = seededRandom(seed);
  return Array.from({ length: futures }, () => {
    // Too little is known: anything from nothing more to thrice what is expected.
    const factor = draw === undefined ? 3 * random() : 0;
    const future = draw?.(random);
    return path(start, ahead, ({ phase, expected }) => future?.(phase) ?? expected * factor, limit);
  });
}

interface Path {
  readonly end: number;
  /** Milliseconds since 1970; infinite where the limit is not reached. */
  readonly reachedAt: number;
}

function path(
  start: number,
  ahead: readonly Ahead[],
  amountOf: (bucket: Ahead) => number,
  limit: NanoUsd | undefined,
): Path {
  const target = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  const first = ahead[0]?.from ?? Number.POSITIVE_INFINITY;
  let reachedAt = start >= target ? first : Number.POSITIVE_INFINITY;
  let sum = start;
  for (const bucket of ahead) {
    const gain = amountOf(bucket) * bucket.share;
    if (reachedAt === Number.POSITIVE_INFINITY && gain > 0 && sum + gain >= target)
      reachedAt = bucket.from + ((target - sum) / gain) * (bucket.to - bucket.from);
    sum += gain;
  }
  return { end: sum, reachedAt };
}

const atLeast = (spent: NanoUsd, amount: number): NanoUsd => {
  const rounded = BigInt(Math.round(amount));
  return rounded > spent ? rounded : spent;
};

/** Not interpolated: between a time and never there is nothing. */
const nth = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(share * sorted.length) - 1] ?? Number.POSITIVE_INFINITY;

const dated = <K extends string>(key: K, at: number): Partial<Record<K, Date>> =>
  Number.isFinite(at) ? ({ [key]: new Date(Math.round(at)) } as Record<K, Date>) : {};
