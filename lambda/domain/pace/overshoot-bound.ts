import { formatUsdShort, type NanoUsd } from '../money.ts';
import { times } from './decay.ts';
import type { Delays } from './delays.ts';
import { burnRate, type Pace } from './pace.ts';

/** What a subject may still spend after the decision to stop it. */
export interface OvershootBound {
  /** Nano-USD a minute. */
  readonly rate: NanoUsd;
  /** How long nothing can stop it. */
  readonly seconds: number;
  /** Spend at that rate for that long. */
  readonly unseen: NanoUsd;
  /** Calls that run at the same time, at least one. */
  readonly concurrency: number;
  /** So many of the most expensive calls at once. */
  readonly inFlight: NanoUsd;
  readonly total: NanoUsd;
}

/** What it rests on, in figures: `now $0.30 a minute for 24 s, and $0.10 in 2 calls under way`. */
export const boundText = ({ rate, seconds, inFlight, concurrency }: OvershootBound): string =>
  `now ${formatUsdShort(rate)} a minute for ${seconds} s, and ${formatUsdShort(inFlight)} in ${concurrency} calls under way`;

/**
 * Rate × delay, because every call that starts until the deny takes effect is paid for, plus the most expensive call as often as calls
 * run at once, because a rate is a mean and calls are lumps. A bound on what is likely, not on what is possible: see
 * docs/early-stop.md.
 */
export function overshootBound(pace: Pace, delays: Delays, now: Date): OvershootBound {
  const rate = burnRate(pace, now);
  const seconds = delays.logSeconds + delays.processingSeconds + delays.iamSeconds + delays.graceSeconds;
  const unseen = times(rate.spend, seconds / 60);
  const concurrency = Math.max(1, Math.ceil((rate.requests / 60) * delays.requestSeconds));
  // Who spends nothing has nothing in flight: an expensive call of yesterday must not cost today's budget.
  const inFlight = rate.spend > 0n ? BigInt(concurrency) * BigInt(pace.largest) : 0n;
  return { rate: rate.spend, seconds, unseen, concurrency, inFlight, total: unseen + inFlight };
}
