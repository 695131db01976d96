import fc from 'fast-check';
import { type KnownHistory, measureOutlook } from '../../../lambda/domain/forecast/measure-outlook.ts';
import { seededRandom } from '../../../lambda/domain/forecast/seeded-random.ts';
import {
  claimedCoverage,
  type UsagePattern,
  usageOutlook,
  usagePatterns,
} from '../../../lambda/domain/forecast/usage-pattern.ts';

const shapes: Readonly<Record<UsagePattern, (day: number, random: () => number) => number>> = {
  steady: () => 10,
  growing: (day) => 2 * 1.02 ** day,
  declining: (day) => 50 * 0.98 ** day,
  spiky: (_, random) => (random() < 0.16 ? 70 : 8),
  seasonal: (day) => (day % 7 < 5 ? 20 : 4),
};

/** Sixty days of a shape with a spread of about a quarter around it, and the seven after. */
function historyOf(pattern: UsagePattern, seed: number): KnownHistory {
  const random = seededRandom(seed);
  const noise = () => Math.exp(0.43 * (random() + random() + random() - 1.5));
  const all = Array.from({ length: 67 }, (_, day) => shapes[pattern](day, random) * noise());
  return { pattern, days: all.slice(0, 60), next7: all.slice(60) };
}

const histories = (pattern: UsagePattern) => Array.from({ length: 100 }, (_, n) => historyOf(pattern, n + 1));

describe('the pattern of daily spend', () => {
  it.each(usagePatterns)('is named right in nine of ten: %s', (pattern) => {
    expect(measureOutlook(histories(pattern))?.named).toBeGreaterThanOrEqual(0.9);
  });

  it.each(['steady', 'growing', 'declining', 'seasonal'] as const)(
    'foretells seven days within 15 %%: %s',
    (pattern) => {
      expect(measureOutlook(histories(pattern))?.error).toBeLessThan(0.15);
    },
  );

  it('holds as many real sums in its interval as it claims, within five points', () => {
    const coverage = measureOutlook(usagePatterns.flatMap(histories))?.coverage ?? 0;
    expect(Math.abs(coverage - claimedCoverage)).toBeLessThanOrEqual(0.05);
  });

  it('goes on with steady growth, and a single spike does not change it', () => {
    const days = Array.from({ length: 60 }, (_, day) => 1.02 ** day);
    const real = Array.from({ length: 7 }, (_, k) => 1.02 ** (60 + k)).reduce((a, b) => a + b);
    const spiked = days.with(50, 500);
    expect(usageOutlook(days)?.next7).toBeCloseTo(real, 6);
    expect(usageOutlook(spiked)?.next7).toBeCloseTo(real, 6);
    expect(usageOutlook(spiked)).toMatchObject({ pattern: 'growing', basis: { spikes: [50] } });
  });

  it.each([
    ['thirteen days', Array(13).fill(1)],
    ['days without spend', Array(60).fill(0)],
  ])('is not told from %s', (_, days: number[]) => {
    expect(usageOutlook(days)).toBeUndefined();
  });

  it('tells finite amounts in order of any days', () => {
    const day = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(day, { minLength: 14, maxLength: 60 }), (days) => {
        const { next7, low, high } = usageOutlook(days) ?? { next7: 0, low: 0, high: 0 };
        expect([low, next7, high].every(Number.isFinite)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low <= next7 && next7 <= high).toBe(true);
      }),
    );
  });
});

it('measures nothing where no history tells what came after', () => {
  expect(measureOutlook([{ days: Array(60).fill(1), next7: Array(7).fill(0) }])).toBeUndefined();
});
