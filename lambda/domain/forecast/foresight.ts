import type { NanoUsd } from '../money.ts';
import type { WindowBounds, WindowKind } from '../windows.ts';
import { type Forecast, forecastWindow, projection } from './forecast-window.ts';
import { isOnTrack } from './on-track.ts';
import { bucketKinds, type SpendBucket } from './spend-series.ts';

/** How a window will end, as far as its days tell. */
export interface Foresight {
  readonly window: string;
  readonly limit: NanoUsd;
  readonly spent: NanoUsd;
  readonly projected: NanoUsd;
  /** Undefined where the limit is not reached in this window. */
  readonly runsOutAt: Date | undefined;
}

export interface ForesightInput {
  readonly window: string;
  readonly bounds: WindowBounds;
  readonly spent: NanoUsd;
  readonly limit: NanoUsd;
  /** What was spent by UTC day (`MMDD`) in this window and in those before it. */
  readonly days: readonly {
    readonly bounds: WindowBounds;
    readonly spent: Readonly<Record<string, NanoUsd>>;
  }[];
  readonly now: Date;
}

const { ms: dayMs } = bucketKinds.day;
/** One expensive day is no habit: a forecast takes so many days since the first spend. */
const leastDays = 3;
/** The same days give the same forecast. */
const seed = 1;

/** Windows before the present one that are worth reading: five weeks of days. */
export const windowsBefore: Readonly<Record<WindowKind, number>> = { day: 0, week: 5, month: 1 };

/** Undefined while there are too few days to tell, and where the limit is reached already. */
export function foresee(input: ForesightInput): Foresight | undefined {
  const { window, spent, limit } = input;
  const known = forecastInput(input);
  return known && { window, limit, ...projection({ ...known, spent, limit }) };
}

/** The whole forecast, with its interval; undefined where `foresee` tells nothing. */
export function foretell(input: ForesightInput): Forecast | undefined {
  const { spent, limit } = input;
  const known = forecastInput(input);
  return known && forecastWindow({ ...known, spent, limit, seed });
}

/** The whole forecast of a window that is on track to exceed its limit; undefined for every other one. */
export function exceedingForecast(input: ForesightInput): Forecast | undefined {
  const { spent, limit } = input;
  const known = forecastInput(input);
  // Drawing futures is expensive, and none is on track that does not exceed as expected.
  if (known === undefined || projection({ ...known, spent, limit }).projected < limit) return undefined;
  const forecast = forecastWindow({ ...known, spent, limit, seed });
  return isOnTrack(forecast, limit) ? forecast : undefined;
}

function forecastInput({ bounds, spent, limit, now, days }: ForesightInput) {
  const buckets = days.flatMap((one) => bucketsOf(one.spent, one.bounds));
  const first = Math.min(...buckets.map(({ from }) => from.getTime()));
  if (spent === 0n || spent >= limit || !(now.getTime() - first >= leastDays * dayMs)) return undefined;
  return { buckets, kind: 'day', window: bounds, now } as const;
}

/**
 * UTC days stand for the days of the stage's zone: the noon of one lies in the other's. Zones more than twelve hours
 * away are a day off, which moves a pattern and no sum.
 */
function bucketsOf(
  spent: Readonly<Record<string, NanoUsd>>,
  { startsAt, endsAt }: WindowBounds,
): SpendBucket[] {
  const first = Math.floor(startsAt.getTime() / dayMs);
  const last = Math.floor((endsAt.getTime() - 1) / dayMs);
  return Array.from({ length: last - first + 1 }, (_, index) => new Date((first + index) * dayMs)).flatMap(
    (from) => {
      const amount = spent[dayOf(from)];
      return amount === undefined ? [] : [{ from, amount }];
    },
  );
}

/** Name of a UTC day within a window: no window is so long that it holds one twice. */
export const dayOf = (at: Date): string => at.toISOString().slice(5, 10).replace('-', '');
