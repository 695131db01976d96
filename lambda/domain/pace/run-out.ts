import type { NanoUsd } from '../money.ts';
import { burnRate, minuteMs, type Pace } from './pace.ts';

/** What is left of a window, and when the window ends. */
export interface Remainder {
  readonly spent: NanoUsd;
  readonly limit: NanoUsd;
  readonly endsAt: Date;
}

/**
 * When a window is used up if spending goes on at the rate of the last minutes; undefined where it lasts to its end, is
 * used up already, or nothing is being spent.
 */
export function runOutAtPace(
  { spent, limit, endsAt }: Remainder,
  pace: Pace | undefined,
  now: Date,
): Date | undefined {
  const rate = pace === undefined ? 0n : burnRate(pace, now).spend;
  if (rate === 0n || spent >= limit) return undefined;
  const at = new Date(now.getTime() + (Number(limit - spent) / Number(rate)) * minuteMs);
  return at < endsAt ? at : undefined;
}
