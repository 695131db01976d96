import type { Forecast } from '../../../lambda/domain/forecast/forecast-window.ts';
import { onTrack, type Track } from '../../../lambda/domain/forecast/on-track.ts';

const window = 'month:2026-11';
const limit = 50n;
const likely = (exceeds: number, over: Partial<Forecast> = {}): Forecast => ({
  spent: 20n,
  projected: exceeds >= 0.5 ? 60n : 40n,
  low: 30n,
  high: 70n,
  exceeds,
  runsOut: {},
  basis: 'level',
  ...over,
});
const follow = (chances: readonly number[]) => {
  let track: Track | undefined;
  return chances.map((chance) => {
    const verdict = onTrack(track, window, likely(chance), limit);
    track = verdict.track;
    return verdict;
  });
};

describe('onTrack', () => {
  it('tells once a window, however the verdict wavers', () => {
    const verdicts = follow([0.5, 0.79, 0.8, 0.6, 0.9, 0.2, 0.95]);
    expect(verdicts.map(({ alert }) => alert)).toEqual([false, false, true, false, false, false, false]);
    expect(verdicts.map(({ track }) => track.exceeding)).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('starts over in the next window', () => {
    const told: Track = { window: 'month:2026-10', exceeding: true, told: true };
    expect(onTrack(told, window, likely(0.9), limit).alert).toBe(true);
  });

  it('leaves a limit that is reached to the thresholds', () => {
    expect(onTrack(undefined, window, likely(1, { spent: limit }), limit).alert).toBe(false);
  });

  it('says nothing where nothing is known', () => {
    expect(onTrack(undefined, window, likely(1, { basis: 'nothing' }), limit).track.exceeding).toBe(false);
  });
});
