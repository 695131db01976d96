import { type BucketKind, bucketKinds, type Observation } from './spend-series.ts';

/** What a whole bucket is expected to hold. */
export interface Expectation {
  readonly at: (phase: number) => number;
  /**
   * One possible future: what buckets of each phase may hold, drawn from those that were seen. Undefined where too few
   * were.
   */
  readonly draw: ((random: () => number) => (phase: number) => number) | undefined;
  readonly basis: 'nothing' | 'level' | 'pattern';
}

/** A pattern is believed from two whole periods on: 14 days show a weekday twice. */
const periodsForPattern = 2;
/** So many sightings of a phase weigh as much as the level. */
const shrinkage = 2;
/** Of a bucket: less than that says nothing about a whole one. */
const leastPassed = 0.1;
/** Fewer complete buckets say nothing of how spend scatters. */
const leastComplete = 3;
/** Days after which a bucket weighs half, because habits drift. */
const halfLifeDays = 10;

interface Weighted extends Observation {
  readonly weight: number;
}

/**
 * Weighted means only, with weights that depend on time and never on amounts: so more spend can never forecast less.
 * Futures are drawn with the same weights, so that they scatter around what is expected; each first draws what it takes
 * for the past, because that is only a sample, too.
 */
export function expect(series: readonly Observation[], kind: BucketKind): Expectation {
  const { period, ms } = bucketKinds[kind];
  const fade = 0.5 ** (ms / (halfLifeDays * bucketKinds.day.ms));
  const weighted = series.map((one, index) => ({ ...one, weight: fade ** (series.length - 1 - index) }));
  const level = weightedMean(weighted);
  const complete = weighted.filter(({ passed }) => passed === 1);
  const patterned = complete.length >= periodsForPattern * period;
  const phases = Array.from({ length: period }, (_, phase) => {
    const same = patterned ? complete.filter((one) => one.phase === phase) : [];
    const share = same.length / (same.length + shrinkage);
    return { same, share, amount: share * weightedMean(same) + (1 - share) * level };
  });

  const ofAll = resampler(complete);
  const ofPhases = phases.map(({ same }) => resampler(same));
  const draw: Expectation['draw'] = (random) => {
    const past = ofAll(random);
    const pastOf = ofPhases.map((ofPhase) => ofPhase(random));
    return (phase) => {
      const { share = 0 } = phases[phase] ?? {};
      const own = pastOf[phase] ?? [];
      return pick(own.length > 0 && random() < share ? own : past, random);
    };
  };
  return {
    at: (phase) => phases[phase]?.amount ?? level,
    draw: complete.length >= leastComplete ? draw : undefined,
    basis: patterned ? 'pattern' : level > 0 ? 'level' : 'nothing',
  };
}

const pick = (amounts: readonly number[], random: () => number): number =>
  amounts[Math.floor(random() * amounts.length)] ?? 0;

/** As many as are worth their weights, less one: what is drawn from them then scatters as the past did. */
function resampler(series: readonly Weighted[]): (random: () => number) => number[] {
  let sum = 0;
  const cumulated = series.map(({ weight }) => {
    sum += weight;
    return sum;
  });
  const squares = series.reduce((total, { weight }) => total + weight ** 2, 0);
  if (sum === 0) return () => [];
  const count = Math.max(1, Math.round(sum ** 2 / squares) - 1);
  const drawn = (at: number): number => {
    let [low, high] = [0, series.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? sum) > at) high = middle;
      else low = middle + 1;
    }
    return series[low]?.amount ?? 0;
  };
  return (random) => Array.from({ length: count }, () => drawn(random() * sum));
}

function weightedMean(series: readonly Weighted[]): number {
  const amount = series.reduce((sum, one) => sum + one.amount * one.weight, 0);
  const passed = series.reduce((sum, one) => sum + one.passed * one.weight, 0);
  return amount / Math.max(passed, leastPassed);
}
