import type { NanoUsd } from '../money.ts';

export interface EarlyStopSettings {
  /** No more of a limit than this share is ever kept back. */
  readonly maxMarginPercent: number;
}

export interface EarlyStopQuestion {
  readonly spent: NanoUsd;
  /** Amount of the rung that suspends: usually the limit. */
  readonly limit: NanoUsd;
  /** `overshootBound(…).total` */
  readonly bound: NanoUsd;
  /** Margin of the early stop that already holds in this window, if one does. */
  readonly heldMargin?: NanoUsd | undefined;
}

export interface EarlyStop {
  readonly stop: boolean;
  /** What is kept back below the limit; to be remembered while the stop holds. */
  readonly margin: NanoUsd;
}

/**
 * Whether to stop below the limit so that what cannot be stopped any more still fits. A stop keeps its margin: once
 * nothing is spent the bound sinks, and without that memory the stop would lift itself, only to come back.
 */
export function earlyStop(question: EarlyStopQuestion, settings: EarlyStopSettings): EarlyStop {
  const { spent, limit, bound, heldMargin = 0n } = question;
  const cap = (limit * BigInt(Math.round(settings.maxMarginPercent * 1_000))) / 100_000n;
  const capped = bound < cap ? bound : cap;
  const margin = capped > heldMargin ? capped : heldMargin;
  return { stop: spent + margin >= limit, margin };
}
