import type { NanoUsd } from '../money.ts';

const billion = 1_000_000_000;

/** Multiplies money by a factor that is no money; to the nano-dollar, rounded down, so that nothing is invented. */
export const times = (amount: NanoUsd, factor: number): NanoUsd =>
  (amount * BigInt(Math.floor(factor * billion))) / BigInt(billion);

/** What is left of a rate after so long without spend. */
export const remaining = (elapsedMs: number, timeConstantMs: number): number =>
  Math.exp(-Math.max(0, elapsedMs) / timeConstantMs);

/**
 * What a gain within `elapsedMs` adds to an exponentially weighted rate per minute, for a gain of one. Spread over the
 * interval, because nobody knows where in it the spend lay; of a short one the limit, so that it stays finite.
 */
export function weightPerMinute(elapsedMs: number, timeConstantMs: number): number {
  const minutes = Math.max(elapsedMs, 1) / 60_000;
  return (1 - remaining(Math.max(elapsedMs, 1), timeConstantMs)) / minutes;
}
