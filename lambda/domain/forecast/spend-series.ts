import type { NanoUsd } from '../money.ts';

/** What was spent from `from` on, until the next bucket begins. */
export interface SpendBucket {
  readonly from: Date;
  readonly amount: NanoUsd;
}

/** How a series is cut: a pattern repeats after `period` buckets, days by the week and hours by the day. */
export const bucketKinds = {
  day: { ms: 24 * 3_600_000, period: 7 },
  hour: { ms: 3_600_000, period: 24 },
} as const;
export type BucketKind = keyof typeof bucketKinds;

/** One bucket of a gapless series. */
export interface Observation {
  /** Nano-USD; a double is exact enough for a forecast. */
  readonly amount: number;
  /** Share of it that has passed: 1 but for the last. */
  readonly passed: number;
  /** Place within the pattern. */
  readonly phase: number;
}

/** No forecast reads further back: people change. */
const longestMs = 56 * 24 * 3_600_000;

export const phaseOf = (at: number, kind: BucketKind): number =>
  Math.floor(at / bucketKinds[kind].ms) % bucketKinds[kind].period;

/**
 * The series until `now`, oldest first: buckets without spend, which nobody lists, are zeros, the last one is under way.
 * @param origin start of some bucket: days of a time zone do not begin at midnight UTC
 */
export function observe(
  buckets: readonly SpendBucket[],
  kind: BucketKind,
  origin: Date,
  now: Date,
): Observation[] {
  const { ms } = bucketKinds[kind];
  const cell = (at: number) => Math.floor((at - origin.getTime()) / ms);
  const last = cell(now.getTime());
  const amounts = new Map<number, bigint>();
  for (const { from, amount } of buckets) {
    // An hour of summer time moves a day's start; the middle of the bucket still lies in the right cell.
    const at = cell(from.getTime() + ms / 2);
    if (at <= last && from <= now && now.getTime() - from.getTime() <= longestMs)
      amounts.set(at, (amounts.get(at) ?? 0n) + (amount > 0n ? amount : 0n));
  }
  const first = Math.min(last, ...amounts.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const at = first + index;
    const startsAt = origin.getTime() + at * ms;
    return {
      amount: Number(amounts.get(at) ?? 0n),
      passed: Math.min(1, (now.getTime() - startsAt) / ms),
      phase: phaseOf(startsAt, kind),
    };
  });
}
