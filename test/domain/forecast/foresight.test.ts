import {
  dayOf,
  exceedingForecast,
  type ForesightInput,
  foresee,
} from '../../../lambda/domain/forecast/foresight.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { windowBounds } from '../../../lambda/domain/windows.ts';

const window = 'month:2026-11';

/** So much on each day of November, until the noon after the last. */
function input(usdADay: readonly string[], over: Partial<ForesightInput> = {}): ForesightInput {
  const bounds = windowBounds(window, 'UTC');
  const start = bounds.startsAt.getTime();
  const days = usdADay.map(
    (usd, index) => [dayOf(new Date(start + index * 86_400_000)), parseUsd(usd)] as const,
  );
  return {
    ...{ window, bounds, limit: parseUsd('20') },
    spent: days.reduce((sum, [, amount]) => sum + amount, 0n),
    days: [{ bounds, spent: Object.fromEntries(days) }],
    now: new Date(start + (usdADay.length - 0.5) * 86_400_000),
    ...over,
  };
}
const daily = (count: number, usd = '1') => Array.from({ length: count }, () => usd);

it('tells when the limit is used up, once there are days to go by', () => {
  const runsOutAt = foresee(input(daily(10)))?.runsOutAt;
  expect(runsOutAt?.toISOString().slice(0, 7)).toBe('2026-11');
  expect(runsOutAt?.getTime()).toBeGreaterThan(Date.parse('2026-11-17T00:00:00Z'));
  expect(runsOutAt?.getTime()).toBeLessThan(Date.parse('2026-11-22T00:00:00Z'));
  expect(foresee(input(daily(10, '0.10')))?.runsOutAt).toBeUndefined();
});

it('tells nothing on the first days, where nothing is spent, and once the limit is reached', () => {
  expect(foresee(input(daily(3)))).toBeUndefined();
  expect(foresee(input([]))).toBeUndefined();
  expect(foresee(input(daily(20)))).toBeUndefined();
});

it('takes a window to be on track to exceed only where most futures are', () => {
  expect(exceedingForecast(input(daily(10)))).toMatchObject({ basis: 'level' });
  expect(exceedingForecast(input(daily(10, '0.10')))).toBeUndefined();
});

it('goes on from the days of the month before', () => {
  const october = windowBounds('month:2026-10', 'UTC');
  const before = Object.fromEntries(
    Array.from({ length: 31 }, (_, day) => [`10${String(day + 1).padStart(2, '0')}`, parseUsd('1')]),
  );
  const now = input(['1']);
  const known = foresee({ ...now, days: [{ bounds: october, spent: before }, ...now.days] });
  expect(known?.projected).toBeGreaterThan(parseUsd('20'));
  expect(foresee(now)).toBeUndefined();
});

it('finds the days of a zone that is ahead of UTC, also those that begin in another month', () => {
  const bounds = windowBounds('month:2026-12', 'Europe/Berlin');
  const spent = { '1130': parseUsd('1'), '1230': parseUsd('100') };
  const now = new Date('2026-12-05T12:00:00Z');
  const known = foresee(input([], { bounds, now, spent: parseUsd('1'), days: [{ bounds, spent }] }));
  expect(known?.projected).toBeLessThan(parseUsd('20'));
});
