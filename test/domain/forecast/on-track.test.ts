import type { Forecast } from '../../../lambda/domain/forecast/forecast-window.ts';
import { isOnTrack } from '../../../lambda/domain/forecast/on-track.ts';

const limit = 50n;
const ends = (exceeds: number, over: Partial<Forecast> = {}): boolean =>
  isOnTrack(
    { spent: 20n, projected: 60n, low: 30n, high: 70n, exceeds, runsOut: {}, basis: 'level', ...over },
    limit,
  );

it.each([
  ['eight of ten futures and the projection reach the limit', ends(0.8), true],
  ['fewer futures do', ends(0.79), false],
  ['the projection stays below', ends(0.9, { projected: 49n }), false],
  ['the limit is reached already: that is for the thresholds', ends(1, { spent: limit }), false],
  ['nothing is known', ends(1, { basis: 'nothing' }), false],
])('%s', (_, found, onTrack) => {
  expect(found).toBe(onTrack);
});
