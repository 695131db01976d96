import { parseUsd } from '../../../lambda/domain/money.ts';
import { type Pace, samplePace } from '../../../lambda/domain/pace/pace.ts';
import { runOutAtPace } from '../../../lambda/domain/pace/run-out.ts';

const now = new Date('2026-11-22T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const window = 'day:2026-11-22';

/** A dollar a minute for the last quarter of an hour. */
const steady = Array.from({ length: 16 }, (_, minute) => minute).reduce<Pace | undefined>(
  (pace, minute) =>
    samplePace(pace, {
      ...{ now: at(minute - 15), window },
      ...{ spentNow: parseUsd(String(minute)), requestsNow: minute },
    }),
  undefined,
);
const remainder = { spent: parseUsd('40'), limit: parseUsd('50'), endsAt: at(720) };

it('tells when the rest is used up at the rate of the last minutes', () => {
  const runOut = runOutAtPace(remainder, steady, now);

  // Ten dollars are left; exponentially weighted rates come close to the dollar a minute.
  expect(runOut?.getTime()).toBeGreaterThan(at(9).getTime());
  expect(runOut?.getTime()).toBeLessThan(at(12).getTime());
});

it.each([
  ['a window that lasts to its end', { ...remainder, endsAt: at(5) }, steady, now],
  ['one that is used up already', { ...remainder, spent: parseUsd('50') }, steady, now],
  ['whoever has not been seen spending', remainder, undefined, now],
  ['whoever has fallen silent, long before the window ends', remainder, steady, at(600)],
])('tells nothing of %s', (_, of, pace, when) => {
  expect(runOutAtPace(of, pace, when)).toBeUndefined();
});
