import { median, medianAbsoluteDeviation, quantile } from 'simple-statistics';
import { formatUsd, type NanoUsd, parseUsd } from '../money.ts';
import { keptMinutes, minuteMs, type Pace } from './pace.ts';

/*
 * The velocity breaker: stops who suddenly spends many times what is usual for them, long before a budget is used up.
 *
 *              two of three minutes above the threshold
 *    closed ───────────────────────────────────────────► open ◄─────────┐
 *      ▲                                                   │ cool-down  │ one minute above
 *      │  a second cool-down without a minute above        ▼            │
 *      └─────────────────────────────────────────────── half-open ──────┘
 *
 * While half-open the restriction is off: that is the probe.
 */

export interface VelocitySettings {
  /** How many times the own baseline is too fast. */
  readonly multiple: number;
  /** Below this nobody is too fast, whatever their baseline; decimal USD. */
  readonly floorUsdPerMinute: string;
  readonly coolDownMinutes: number;
  /** Minutes with spend that a baseline takes; at most 21 of the 24 that are kept. */
  readonly minimumMinutes: number;
}

/** Where the breaker stands, as far as its last opening tells. */
export interface Breaker {
  readonly state: 'closed' | 'open' | 'half-open';
  /** True for the sample that opened it: the one to tell of. */
  readonly tripped: boolean;
  /** When time alone changes the state. */
  readonly until: Date | undefined;
  /** To be kept in the pace; names the opening, so that it is told of once. */
  readonly openedAt: string | undefined;
}

export interface Velocity extends Breaker {
  /** Median of the last three minutes, empty ones included. */
  readonly perMinute: NanoUsd;
  /** Median of the minutes with spend before them; undefined while there are too few. */
  readonly baseline: NanoUsd | undefined;
  readonly threshold: NanoUsd | undefined;
}

/** Minutes that are judged; one expensive call among them changes nothing, because a median of three ignores it. */
const judgedMinutes = 3;
export const mostHistoryMinutes = keptMinutes - judgedMinutes;
/** Deviations above the median, for a spender whose ordinary minutes scatter more than `multiple` allows for. */
const deviations = 6;
/** A level that a fifth of the minutes reach is a habit, and half as much again no surprise. */
const habit = { share: 0.8, factor: 1.5 };
/** Makes a median absolute deviation comparable with a standard deviation. */
const madScale = 1.4826;

/** Where the breaker stands. To be asked of a kept sample, not of one in between: those hold more than their minute. */
export function velocityOf(pace: Pace, settings: VelocitySettings, now: Date): Velocity {
  const minute = Math.floor(now.getTime() / minuteMs);
  const judgedFrom = minute - judgedMinutes + 1;
  const judged = Array.from({ length: judgedMinutes }, (_, index) => spendIn(pace, judgedFrom + index));
  const history = historyBefore(judgedFrom, pace);
  const figures = { ...thresholdOf(history, settings), perMinute: medianOf(judged) };

  const openedMs = pace.openedAt === undefined ? undefined : Date.parse(pace.openedAt);
  const coolDownMs = settings.coolDownMinutes * minuteMs;
  const { threshold } = figures;
  const open = (at: Date, tripped: boolean): Velocity => ({
    ...figures,
    state: 'open',
    tripped,
    until: new Date(at.getTime() + coolDownMs),
    openedAt: at.toISOString(),
  });

  if (openedMs !== undefined && now.getTime() < openedMs + coolDownMs) return open(new Date(openedMs), false);
  if (openedMs !== undefined && now.getTime() < openedMs + 2 * coolDownMs) {
    // The minute in which the probe began still holds spend from before it.
    const probing = Math.floor((openedMs + coolDownMs) / minuteMs) + 1;
    const hot = pace.minutes.some(
      ([at, spend]) => at >= probing && threshold !== undefined && BigInt(spend) > threshold,
    );
    if (hot) return open(now, true);
    return {
      ...figures,
      state: 'half-open',
      tripped: false,
      until: new Date(openedMs + 2 * coolDownMs),
      openedAt: pace.openedAt,
    };
  }
  if (threshold !== undefined && figures.perMinute > threshold) return open(now, true);
  return { ...figures, state: 'closed', tripped: false, until: undefined, openedAt: undefined };
}

/** Where it stands between two kept samples: nothing is judged, so nothing opens. */
export function openBreaker(openedAt: string | undefined, coolDownMinutes: number, now: Date): Breaker {
  const coolDownMs = coolDownMinutes * minuteMs;
  const opened = openedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(openedAt);
  const closed = opened + coolDownMs;
  const state =
    now.getTime() < closed ? 'open' : now.getTime() < closed + coolDownMs ? 'half-open' : 'closed';
  const until = { open: closed, 'half-open': closed + coolDownMs, closed: undefined }[state];
  return { state, tripped: false, until: until === undefined ? undefined : new Date(until), openedAt };
}

/** One sentence for alerts and holds. */
export const explainVelocity = ({ perMinute, baseline, threshold }: Velocity): string =>
  `Spends ${formatUsd(perMinute)} USD a minute; usual are ${formatUsd(baseline ?? 0n)}, too fast is ${formatUsd(threshold ?? 0n)}.`;

function thresholdOf(
  history: readonly NanoUsd[],
  { multiple, floorUsdPerMinute, minimumMinutes }: VelocitySettings,
): Pick<Velocity, 'baseline' | 'threshold'> {
  if (history.length < Math.max(1, Math.min(minimumMinutes, mostHistoryMinutes)))
    return { baseline: undefined, threshold: undefined };
  // A baseline is an estimate, so doubles do: they hold nine million USD a minute to the nano-dollar.
  const amounts = history.map(Number);
  const usual = median(amounts);
  const scatter = medianAbsoluteDeviation(amounts) * madScale;
  const customary = quantile(amounts, habit.share) * habit.factor;
  const far = Math.max(usual * multiple, usual + deviations * scatter, customary);
  const floor = parseUsd(floorUsdPerMinute);
  const threshold = BigInt(Math.ceil(far));
  return { baseline: BigInt(Math.round(usual)), threshold: threshold > floor ? threshold : floor };
}

/** Minutes with spend to compare with. Those that opened the breaker, and the one until it took effect, are no habit yet. */
function historyBefore(minute: number, { minutes, openedAt }: Pace): NanoUsd[] {
  const opened = openedAt === undefined ? undefined : Math.floor(Date.parse(openedAt) / minuteMs);
  return minutes
    .filter(([at]) => at < minute)
    .filter(([at]) => opened === undefined || at <= opened - judgedMinutes || at > opened + 1)
    .map(([, spend]) => BigInt(spend));
}

const spendIn = (pace: Pace, minute: number): NanoUsd =>
  BigInt(pace.minutes.find(([at]) => at === minute)?.[1] ?? '0');

const medianOf = (amounts: readonly NanoUsd[]): NanoUsd =>
  [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[Math.floor(amounts.length / 2)] ?? 0n;
