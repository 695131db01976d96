import type { Forecast } from './forecast-window.ts';

/** Eight of ten futures reach the limit: likely enough to bother somebody. */
const likely = 0.8;

/** Whether a window is on track to exceed its limit. What has reached it already is the thresholds' business, not ours. */
export const isOnTrack = ({ exceeds = 0, basis, projected, spent }: Forecast, limit: bigint): boolean =>
  exceeds >= likely && projected >= limit && basis !== 'nothing' && spent < limit;
