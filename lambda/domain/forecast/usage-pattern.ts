import {
  linearRegression,
  mean,
  median,
  quantile,
  quantileSorted,
  standardDeviation,
} from 'simple-statistics';
import { seededRandom } from './seeded-random.ts';

export const usagePatterns = ['steady', 'growing', 'declining', 'spiky', 'seasonal'] as const;
export type UsagePattern = (typeof usagePatterns)[number];

/** How somebody's days go, and what the next seven come to. Amounts are in the unit of the days that were given. */
export interface UsageOutlook {
  readonly pattern: UsagePattern;
  /** What the name rests on. */
  readonly basis: {
    readonly days: number;
    /** How many times a usual day became larger over these days: 1 is no trend. */
    readonly growth: number;
    /** How many times the strongest weekday exceeds the weakest. */
    readonly weekdays: number;
    /** Places of the days that are far above what was to be expected of them, 0 for the first. */
    readonly spikes: readonly number[];
  };
  /** The next seven days together, without spikes: nobody knows when the next one comes. */
  readonly next7: number;
  /** `claimedCoverage` of real sums lie between the two; spikes are in it as often as they were seen. */
  readonly low: number;
  readonly high: number;
}

/** The share of sums that the interval holds as it claims. `budgeteer insight --measure` tells how many it does hold. */
export const claimedCoverage = 0.8;

/** Two weeks show each weekday twice. */
const leastDays = 14;
/** In logarithms: a trend is one from a change by half on, over all days. */
const leastTrend = Math.log(1.5);
/** In logarithms: the strongest weekday is e times the weakest. */
const leastWeekdays = 1;
/** Spikes in more than one day of fourteen are a habit; fewer happen to everybody. */
const spikyShare = 1 / 14;
const futures = 400;
/** Cut off at either end; less than a tenth, because nothing is drawn that was not seen. */
const tail = 0.07;

/**
 * Names the pattern of daily spend and projects seven days. Trend, weekdays and spread are told apart in logarithms, by
 * medians first, so that a spike moves none of them; what is left is fitted by least squares, which waste less.
 * @param days gapless, oldest first, without the day that is under way; zeros where nothing was spent
 * @returns undefined where there are too few days, or nothing was spent on them
 */
export function usageOutlook(days: readonly number[]): UsageOutlook | undefined {
  const spending = days.filter((day) => day > 0);
  if (days.length < leastDays || spending.length === 0) return undefined;
  // An idle day has no logarithm: it counts as a hundredth of a usual one.
  const idle = median(spending) / 100;
  const logs = days.map((day) => Math.log(Math.max(day, idle)));
  const fit = fitted(logs);
  const { trend, weekdays, seasonal, slope, level, phases, left, spikes, scatter } = fit;
  const base = Array.from({ length: 7 }, (_, k) => {
    const at = days.length + k;
    return level + slope * at + (phases[at % 7] ?? 0);
  });
  const sums = drawn(base, fit, days.length);
  const next7 = base.reduce((sum, log) => sum + Math.exp(log), 0) * Math.exp(scatter ** 2 / 2);
  const spiky = spikes.length / left.length > spikyShare;
  return {
    pattern: patternOf(seasonal, slope, spiky),
    basis: { days: days.length, growth: Math.exp(trend), weekdays: Math.exp(weekdays), spikes },
    next7,
    low: Math.min(next7, quantileSorted(sums, tail)),
    high: Math.max(next7, quantileSorted(sums, 1 - tail)),
  };
}

function patternOf(seasonal: boolean, slope: number, spiky: boolean): UsagePattern {
  if (seasonal) return 'seasonal';
  if (slope !== 0) return slope > 0 ? 'growing' : 'declining';
  return spiky ? 'spiky' : 'steady';
}

type Fit = ReturnType<typeof fitted>;

function fitted(logs: readonly number[]) {
  // Whole weeks apart, a weekday is compared with itself.
  const slopes = logs.flatMap((log, i) =>
    logs.flatMap((later, j) => (j > i && (j - i) % 7 === 0 ? [(later - log) / (j - i)] : [])),
  );
  const rough = median(slopes);
  const flat = logs.map((log, i) => log - rough * i);
  const usual = median(flat);
  const roughPhases = byWeekday(flat, median).map((phase) => phase - usual);
  const weekdays = Math.max(...roughPhases) - Math.min(...roughPhases);
  // Spikes that fall on one weekday by chance move its median, but hardly its lower quartile.
  const least = Math.max(...byWeekday(flat, (same) => quantile(same, 0.25)));
  const most = Math.min(...byWeekday(flat, (same) => quantile(same, 0.75)));
  const seasonal = weekdays >= leastWeekdays && least > most + leastWeekdays / 2;
  const phaseAt = (phases: readonly number[], i: number) => (seasonal ? (phases[i % 7] ?? 0) : 0);

  const off = flat.map((log, i) => log - usual - phaseAt(roughPhases, i));
  // 1.4826 deviations from the median are one standard deviation of a normal distribution.
  const cut = Math.max(Math.log(2), 3 * 1.4826 * median(off.map(Math.abs)));
  const plain = logs.flatMap((log, i) =>
    Math.abs(off[i] ?? 0) <= cut ? [[i, log - phaseAt(roughPhases, i)]] : [],
  );
  const trend = rough * logs.length;
  const { m: slope, b: level } =
    Math.abs(trend) >= leastTrend
      ? linearRegression(plain)
      : { m: 0, b: mean(plain.map(([, log = 0]) => log)) };
  const left = logs.map((log, i) => log - level - slope * i - phaseAt(roughPhases, i));
  const spikes = left.flatMap((log, i) => (log > cut ? [i] : []));
  const scatter = standardDeviation(plain.map(([i = 0]) => left[i] ?? 0));
  return {
    trend,
    weekdays,
    seasonal,
    slope,
    level,
    phases: seasonal ? roughPhases : [],
    left,
    spikes,
    scatter,
  };
}

const byWeekday = (values: readonly number[], of: (same: number[]) => number): number[] =>
  Array.from({ length: 7 }, (_, phase) => of(values.filter((_, i) => i % 7 === phase)));

/** Sums of possible weeks, ascending: what is left over is drawn again, and level and slope are doubted. */
function drawn(base: readonly number[], { left, scatter, slope }: Fit, days: number): number[] {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const levelDoubt = scatter / Math.sqrt(days);
  const slopeDoubt = slope === 0 ? 0 : scatter * Math.sqrt(12 / days ** 3);
  return Array.from({ length: futures }, () => {
    const [level, tilt] = [levelDoubt * normal(), slopeDoubt * normal()];
    return base.reduce(
      (sum, log, k) =>
        sum + Math.exp(log + level + tilt * (days / 2 + k) + (left[Math.floor(random() * left.length)] ?? 0)),
      0,
    );
  }).sort((a, b) => a - b);
}
