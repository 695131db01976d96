import { quantile } from 'simple-statistics';
import type { RunOutcome } from './simulate-run.ts';

/** Of what lies above or below a limit. */
export interface AmountRange {
  readonly medianUsd: number;
  readonly p95Usd: number;
  readonly maxUsd: number;
  readonly medianPercent: number;
  readonly p95Percent: number;
  readonly maxPercent: number;
}

export interface Figures {
  readonly runs: number;
  /** Would have ended above the limit if nobody had stopped them. */
  readonly wouldExceed: number;
  /** Share of those that ended above it all the same, and by how much. */
  readonly aboveShare: number;
  readonly above: AmountRange;
  /** Share of those that ended below it, although they would have reached it, and what they could not use. */
  readonly shortShare: number;
  readonly short: AmountRange;
  /** Would have stayed below the limit, but were stopped: share, what was left to the limit, and what they did not get. */
  readonly stoppedForNothingShare: number;
  readonly left: AmountRange;
  readonly withheld: AmountRange;
  /** Share of all runs in which the velocity breaker opened. */
  readonly trippedShare: number;
}

export function summarise(outcomes: readonly RunOutcome[]): Figures {
  const exceeding = outcomes.filter(({ unhindered, limit }) => unhindered > limit);
  const modest = outcomes.filter(({ unhindered, limit }) => unhindered <= limit);
  const above = exceeding.filter(({ spent, limit }) => spent > limit);
  const short = exceeding.filter(({ spent, limit }) => spent < limit);
  const forNothing = modest.filter(({ stopped }) => stopped);
  return {
    runs: outcomes.length,
    wouldExceed: exceeding.length,
    aboveShare: share(above, exceeding),
    above: spread(above, ({ spent, limit }) => spent - limit),
    shortShare: share(short, exceeding),
    short: spread(short, ({ spent, limit }) => limit - spent),
    stoppedForNothingShare: share(forNothing, modest),
    left: spread(forNothing, ({ spent, limit }) => limit - spent),
    withheld: spread(forNothing, ({ unhindered, spent }) => unhindered - spent),
    trippedShare: share(
      outcomes.filter(({ tripped }) => tripped),
      outcomes,
    ),
  };
}

function spread(outcomes: readonly RunOutcome[], by: (outcome: RunOutcome) => bigint): AmountRange {
  const usd = outcomes.map((outcome) => Number(by(outcome)) / 1e9);
  const percent = outcomes.map((outcome) => (100 * Number(by(outcome))) / Number(outcome.limit));
  const at = (values: readonly number[], p: number) =>
    values.length === 0 ? 0 : Math.round(quantile([...values], p) * 1e4) / 1e4;
  return {
    medianUsd: at(usd, 0.5),
    p95Usd: at(usd, 0.95),
    maxUsd: at(usd, 1),
    medianPercent: at(percent, 0.5),
    p95Percent: at(percent, 0.95),
    maxPercent: at(percent, 1),
  };
}

const share = (some: readonly unknown[], all: readonly unknown[]): number =>
  all.length === 0 ? 0 : Math.round((some.length / all.length) * 1e4) / 1e4;
