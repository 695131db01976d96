import fc from 'fast-check';
import {
  type Forecast,
  type ForecastInput,
  forecastWindow,
} from '../../../lambda/domain/forecast/forecast-window.ts';
import { seededRandom } from '../../../lambda/domain/forecast/seeded-random.ts';
import type { SpendBucket } from '../../../lambda/domain/forecast/spend-series.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';

const day = 86_400_000;
const window = { startsAt: new Date('2026-11-01T00:00:00Z'), endsAt: new Date('2026-12-01T00:00:00Z') };
const usd = (amount: number) => parseUsd(amount.toFixed(9));

/** Daily amounts that end with the day of `now`. */
const daysUntil = (now: Date, amounts: readonly bigint[]): SpendBucket[] =>
  amounts.map((amount, index) => ({
    from: new Date(Math.floor(now.getTime() / day) * day - (amounts.length - 1 - index) * day),
    amount,
  }));
const spentIn = (buckets: readonly SpendBucket[]): bigint =>
  buckets.reduce((sum, { from, amount }) => (from >= window.startsAt ? sum + amount : sum), 0n);
const forecast = (now: Date, amounts: readonly bigint[], over: Partial<ForecastInput> = {}): Forecast => {
  const buckets = daysUntil(now, amounts);
  return forecastWindow({ buckets, kind: 'day', window, spent: spentIn(buckets), now, seed: 7, ...over });
};
const days = (iso: string) => new Date(`2026-11-${iso}Z`);

describe('forecastWindow', () => {
  it('carries on a steady spender to the end of the month', () => {
    const { projected, low, high, basis, spent } = forecast(days('11T00:00:00'), [
      ...Array.from({ length: 10 }, () => usd(2)),
      0n,
    ]);
    expect(basis).toBe('level');
    expect(spent).toBe(usd(20));
    for (const amount of [projected, low, high]) expect(Number(amount) / 1e9).toBeCloseTo(60, 3);
  });

  it('says when the limit is reached, and how sure that is', () => {
    const amounts = [...Array.from({ length: 14 }, (_, at) => usd(2 + (at % 3))), 0n];
    const { runsOut, exceeds } = forecast(days('15T00:00:00'), amounts, { limit: usd(60) });
    expect(exceeds).toBeGreaterThan(0.9);
    expect(runsOut.at?.toISOString().slice(0, 10)).toBe('2026-11-21');
    expect((runsOut.earliest ?? window.endsAt) <= (runsOut.at ?? window.startsAt)).toBe(true);
    expect((runsOut.latest ?? window.startsAt) >= (runsOut.at ?? window.endsAt)).toBe(true);
  });

  it('knows weekends from two weeks on', () => {
    // 2026-11-02 is a Monday.
    const weekly = (at: number) => (at % 7 < 5 ? usd(10) : 0n);
    const friday = forecast(days('21T00:00:00'), [...Array.from({ length: 26 }, (_, at) => weekly(at)), 0n]);
    const { basis, projected, spent } = friday;
    expect(basis).toBe('pattern');
    // Six more working days come; ten days at the mean would be 74 USD.
    expect(Number(projected - spent) / 1e9).toBeGreaterThan(50);
    expect(Number(projected - spent) / 1e9).toBeLessThan(69);
  });

  it('is no forecast where nothing was spent', () => {
    const { basis, projected, high, runsOut } = forecast(days('03T12:00:00'), [], { limit: usd(50) });
    expect({ basis, projected, high, runsOut }).toEqual({
      basis: 'nothing',
      projected: 0n,
      high: 0n,
      runsOut: {},
    });
  });

  it('is wide while little is known', () => {
    const { low, projected, high } = forecast(days('02T00:00:00'), [usd(5), 0n]);
    expect(low).toBeLessThan(projected / 2n);
    expect(high).toBeGreaterThan((projected * 3n) / 2n);
  });

  it('forecasts a day from its hours', () => {
    const startsAt = new Date('2026-11-22T23:00:00Z');
    const buckets = Array.from({ length: 8 }, (_, hour) => ({
      from: new Date(startsAt.getTime() + hour * 3_600_000),
      amount: usd(1),
    }));
    const { projected } = forecastWindow({
      buckets,
      kind: 'hour',
      window: { startsAt, endsAt: new Date(startsAt.getTime() + day) },
      spent: usd(8),
      now: new Date(startsAt.getTime() + 8 * 3_600_000),
      seed: 1,
    });
    expect(Number(projected) / 1e9).toBeGreaterThan(20);
    expect(Number(projected) / 1e9).toBeLessThan(25);
  });

  it('holds an interval that holds: four of five ends lie in it', () => {
    const next = seededRandom(3);
    const hits = Array.from({ length: 60 }, () => {
      const real = Array.from({ length: 30 }, () => usd(10 * next()));
      const now = days('16T00:00:00');
      const { low, high } = forecast(now, [...real.slice(0, 15), 0n]);
      const end = real.reduce((sum, amount) => sum + amount, 0n);
      return end >= low && end <= high;
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThan(40);
    expect(hits).toBeLessThan(58);
  });

  const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { maxLength: 45 });
  const times = fc.integer({ min: 0, max: 30 * day }).map((ms) => new Date(window.startsAt.getTime() + ms));

  it('is always a number, between its bounds, never below what is spent, and the same when asked again', () => {
    fc.assert(
      fc.property(times, amounts, fc.bigInt({ min: 0n, max: 10n ** 16n }), (now, history, limit) => {
        const one = forecast(now, history, { limit });
        expect(one.spent <= one.projected && one.low <= one.projected && one.projected <= one.high).toBe(
          true,
        );
        expect(one.spent <= one.low).toBe(true);
        expect(one.exceeds).toBeGreaterThanOrEqual(0);
        expect(one.exceeds).toBeLessThanOrEqual(1);
        for (const date of Object.values(one.runsOut)) expect(date.getTime()).not.toBeNaN();
        expect(forecast(now, history, { limit })).toEqual(one);
      }),
      { numRuns: 30 },
    );
  });

  it('never forecasts less because more was spent', () => {
    fc.assert(
      fc.property(
        times,
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 45 }),
        fc.nat(),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        (now, history, pick, more) => {
          const at = pick % history.length;
          const higher = history.map((amount, index) => (index === at ? amount + more : amount));
          // Doubles add up to the last digit or two.
          expect(forecast(now, higher).projected + 2n >= forecast(now, history).projected).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
