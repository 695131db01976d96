import fc from 'fast-check';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { measuredDelays } from '../../../lambda/domain/pace/delays.ts';
import { earlyStop } from '../../../lambda/domain/pace/early-stop.ts';
import { overshootBound } from '../../../lambda/domain/pace/overshoot-bound.ts';
import type { Pace } from '../../../lambda/domain/pace/pace.ts';

const now = new Date('2026-11-23T09:00:00.000Z');
const pace = (over: Partial<Pace> = {}): Pace => ({
  window: 'month:2026-11',
  spent: '0',
  requests: 0,
  at: now.toISOString(),
  fast: { spend: '0', requests: 0 },
  slow: { spend: '0', requests: 0 },
  largest: '0',
  minutes: [],
  ...over,
});
const dollar = String(parseUsd('1'));

describe('overshootBound', () => {
  it('is rate times delay, plus the most expensive call as often as calls run at once', () => {
    const busy = pace({
      fast: { spend: dollar, requests: 30 },
      slow: { spend: '5', requests: 1 },
      largest: String(parseUsd('0.2')),
    });
    expect(overshootBound(busy, { ...measuredDelays, graceSeconds: 6 }, now)).toEqual({
      rate: parseUsd('1'),
      seconds: 30,
      unseen: parseUsd('0.5'),
      concurrency: 5,
      inFlight: parseUsd('1'),
      total: parseUsd('1.5'),
    });
  });

  it('is nothing for who spends nothing, however expensive a call once was', () => {
    expect(overshootBound(pace({ largest: dollar }), measuredDelays, now).total).toBe(0n);
  });

  it('never shrinks with rate or delay', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 13n });
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 0, max: 600 }), (one, more, graceSeconds) => {
        const total = (spend: bigint, grace: number) =>
          overshootBound(
            pace({ fast: { spend: String(spend), requests: 3 }, largest: '7' }),
            { ...measuredDelays, graceSeconds: grace },
            now,
          ).total;
        expect(total(one + more, 0) >= total(one, 0)).toBe(true);
        expect(total(one, graceSeconds) >= total(one, 0)).toBe(true);
      }),
    );
  });
});

describe('earlyStop', () => {
  const settings = { maxMarginPercent: 10 };
  const limit = parseUsd('50');

  it.each([
    ['48.49', '1.50', false],
    ['48.50', '1.50', true],
    ['50.00', '0', true],
    // A tenth of the limit is the most that is kept back.
    ['44.99', '30', false],
    ['45.00', '30', true],
  ])('at %s USD with %s USD outstanding stops: %s', (spent, bound, stop) => {
    const answer = earlyStop({ spent: parseUsd(spent), limit, bound: parseUsd(bound) }, settings);
    expect(answer.stop).toBe(stop);
  });

  it('does not lift itself when the stop has brought the rate down', () => {
    const question = { spent: parseUsd('48.60'), limit, bound: parseUsd('1.50') };
    const { margin } = earlyStop(question, settings);
    expect(earlyStop({ ...question, bound: 0n, heldMargin: margin }, settings).stop).toBe(true);
    expect(earlyStop({ ...question, bound: 0n }, settings).stop).toBe(false);
  });

  it('gives way to a raised limit', () => {
    const raised = { spent: parseUsd('48.60'), limit: parseUsd('60'), bound: 0n };
    expect(earlyStop({ ...raised, heldMargin: parseUsd('1.50') }, settings).stop).toBe(false);
  });

  it('always stops at the limit', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(amounts, amounts, amounts, (one, more, bound) => {
        expect(earlyStop({ spent: one + more, limit: one, bound }, settings).stop).toBe(true);
      }),
    );
  });
});
