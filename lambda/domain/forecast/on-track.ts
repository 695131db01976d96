import type { Forecast } from './forecast-window.ts';

/** Remembered per window, beside the thresholds that were alerted. */
export interface Track {
  readonly window: string;
  readonly exceeding: boolean;
  /** Told of in this window: that is not repeated, however often the verdict changes. */
  readonly told: boolean;
}

export interface TrackVerdict {
  readonly track: Track;
  /** True at most once a window. */
  readonly alert: boolean;
}

/** Eight of ten futures reach the limit: likely enough to bother somebody. */
const startAt = 0.8;
/** Fewer than half do: no longer on track. Between the two the last verdict stands. */
const endBelow = 0.5;

/** Whether a window is on track to exceed its limit. What has reached it already is the thresholds' business, not ours. */
export function onTrack(
  previous: Track | undefined,
  window: string,
  forecast: Forecast,
  limit: bigint,
): TrackVerdict {
  const before = previous?.window === window ? previous : { window, exceeding: false, told: false };
  const { exceeds = 0, basis, projected, spent } = forecast;
  const starts = exceeds >= startAt && projected >= limit && basis !== 'nothing';
  const exceeding = before.exceeding ? exceeds >= endBelow : starts;
  const alert = exceeding && !before.told && spent < limit;
  return { track: { window, exceeding, told: before.told || alert }, alert };
}
