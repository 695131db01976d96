import { mean } from 'simple-statistics';
import { type UsagePattern, usageOutlook } from './usage-pattern.ts';

/** Days whose continuation is known, in one unit throughout. */
export interface KnownHistory {
  readonly pattern?: UsagePattern | undefined;
  readonly days: readonly number[];
  /** The seven days after. */
  readonly next7: readonly number[];
}

/** How far projections were off; shares, 0.15 for 15 %. */
export interface OutlookError {
  readonly histories: number;
  /** Mean of |projected − real| / real, of the sum of seven days. */
  readonly error: number;
  /** Share of real sums within the interval. */
  readonly coverage: number;
  /** Share whose pattern was named as the history says; undefined where none says. */
  readonly named: number | undefined;
}

/** Undefined where no history is long enough to project; one whose next days are idle has no relative error. */
export function measureOutlook(histories: readonly KnownHistory[]): OutlookError | undefined {
  const measured = histories.flatMap(({ pattern, days, next7 }) => {
    const outlook = usageOutlook(days);
    const real = next7.reduce((sum, day) => sum + day, 0);
    return outlook === undefined || real === 0 ? [] : [{ outlook, real, pattern }];
  });
  if (measured.length === 0) return undefined;
  const told = measured.filter(({ pattern }) => pattern !== undefined);
  return {
    histories: measured.length,
    error: mean(measured.map(({ outlook, real }) => Math.abs(outlook.next7 - real) / real)),
    coverage: mean(measured.map(({ outlook: { low, high }, real }) => Number(low <= real && real <= high))),
    named:
      told.length === 0
        ? undefined
        : mean(told.map(({ outlook, pattern }) => Number(outlook.pattern === pattern))),
  };
}
