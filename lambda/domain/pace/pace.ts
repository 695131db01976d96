import type { NanoUsd } from '../money.ts';
import { remaining, times, weightPerMinute } from './decay.ts';

/*
 * How fast a subject spends, seen from its balance alone. Evaluate samples a balance when it is toEvaluate and keeps what
 * samplePace answers at most once a minute; between two kept samples it may sample in memory, as often as it likes.
 */

/** An exponentially weighted rate. */
export interface SpendRate {
  /** Nano-USD a minute, as a decimal string. */
  readonly spend: string;
  readonly requests: number;
}

/** JSON all the way down, below 1 KB; amounts are nano-USD as decimal strings. */
export interface Pace {
  /** The balance at the last sample: what the next one is compared with. */
  readonly window: string;
  readonly spent: string;
  readonly requests: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Follows a burst within a minute or two. */
  readonly fast: SpendRate;
  /** Carries over the pauses between bursts. */
  readonly slow: SpendRate;
  /** The most expensive request of late, as far as samples tell: the mean of the most expensive sample. Halves each day. */
  readonly largest: string;
  /** Minutes with spend, oldest first: minutes since 1970 and nano-USD. */
  readonly minutes: readonly (readonly [minute: number, spend: string])[];
  /** When the velocity breaker last opened; ISO 8601 UTC. */
  readonly openedAt?: string | undefined;
}

export interface PaceSample {
  readonly now: Date;
  /** Of which balance; the longest of the budget's windows turns least often. */
  readonly window: string;
  /** What young records brought: a backfill is money that was spent, but not now. */
  readonly spentNow: NanoUsd;
  readonly requestsNow: number;
}

/** So many minutes make a baseline; more would not fit into a kilobyte. */
export const keptMinutes = 24;
export const minuteMs = 60_000;
const fastMs = 60_000;
const slowMs = 6 * 60_000;
const dayMs = 24 * 3_600_000;
/** Records older than that arrive by a backfill or after an outage: money that was spent, but not now. */
export const backfillToleranceMs = 15 * 60_000;

/** Whether enough time has passed for a sample to be kept. */
export const sampleDue = (pace: Pace | undefined, now: Date): boolean =>
  pace === undefined || now.getTime() - Date.parse(pace.at) >= minuteMs;

/**
 * The pace after one more look at a balance. A first sample only sets the reference; a sample that is not newer than
 * the last changes nothing; one of another window of the same kind counts from zero, because that balance began there;
 * one that fell moves the reference and counts as no spend.
 */
export function samplePace(pace: Pace | undefined, sample: PaceSample): Pace {
  const { now, window, spentNow, requestsNow } = sample;
  const reference = { window, spent: String(spentNow), requests: requestsNow, at: now.toISOString() };
  if (pace === undefined) {
    const none: SpendRate = { spend: '0', requests: 0 };
    return { ...reference, fast: none, slow: none, largest: '0', minutes: [] };
  }
  const elapsedMs = now.getTime() - Date.parse(pace.at);
  if (elapsedMs <= 0) return pace;
  const gain = gainOf(pace, sample);
  return {
    ...pace,
    ...reference,
    fast: nextRate(pace.fast, gain, elapsedMs, fastMs),
    slow: nextRate(pace.slow, gain, elapsedMs, slowMs),
    largest: String(nextLargest(BigInt(pace.largest), gain, elapsedMs)),
    minutes: gain.spend > 0n ? withMinute(pace.minutes, sample, gain.spend) : pace.minutes,
  };
}

/** Nano-USD and requests a minute at an instant: the faster of the two views, because a bound must not lag behind. */
export function burnRate(pace: Pace, now: Date): { readonly spend: NanoUsd; readonly requests: number } {
  const idleMs = now.getTime() - Date.parse(pace.at);
  const fast = remaining(idleMs, fastMs);
  const slow = remaining(idleMs, slowMs);
  const [one, other] = [times(BigInt(pace.fast.spend), fast), times(BigInt(pace.slow.spend), slow)];
  return {
    spend: one > other ? one : other,
    requests: Math.max(pace.fast.requests * fast, pace.slow.requests * slow),
  };
}

interface Gain {
  readonly spend: NanoUsd;
  readonly requests: number;
}

const noGain: Gain = { spend: 0n, requests: 0 };

function gainOf(pace: Pace, { window, spentNow, requestsNow }: PaceSample): Gain {
  const gain =
    window === pace.window
      ? { spend: spentNow - BigInt(pace.spent), requests: requestsNow - pace.requests }
      : turned(pace.window, window)
        ? { spend: spentNow, requests: requestsNow }
        : noGain;
  return gain.spend > 0n ? { spend: gain.spend, requests: Math.max(gain.requests, 0) } : noGain;
}

/** Ids of one kind sort by time. A budget that went from days to months has turned no window. */
const turned = (from: string, to: string): boolean =>
  from.slice(0, from.indexOf(':')) === to.slice(0, to.indexOf(':')) && to > from;

function nextRate(rate: SpendRate, gain: Gain, elapsedMs: number, timeConstantMs: number): SpendRate {
  const kept = remaining(elapsedMs, timeConstantMs);
  const weight = weightPerMinute(elapsedMs, timeConstantMs);
  const requests = rate.requests * kept + gain.requests * weight;
  return {
    spend: String(times(BigInt(rate.spend), kept) + times(gain.spend, weight)),
    requests: Math.round(requests * 1_000) / 1_000,
  };
}

function nextLargest(largest: NanoUsd, gain: Gain, elapsedMs: number): NanoUsd {
  const mean = gain.spend / BigInt(Math.max(gain.requests, 1));
  const faded = times(largest, 2 ** (-elapsedMs / dayMs));
  return mean > faded ? mean : faded;
}

/**
 * The whole gain goes to the minute in which it was seen. A gain that gathered over hours is thereby one outlier among
 * minutes, which medians shrug off, where spreading it would invent minutes of ordinary spend.
 */
function withMinute(minutes: Pace['minutes'], { now }: PaceSample, spend: NanoUsd): Pace['minutes'] {
  const minute = Math.floor(now.getTime() / minuteMs);
  const before = minutes.find(([at]) => at === minute)?.[1] ?? '0';
  return [...minutes.filter(([at]) => at !== minute), [minute, String(BigInt(before) + spend)] as const]
    .sort(([a], [b]) => a - b)
    .slice(-keptMinutes);
}
