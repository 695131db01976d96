import fc from 'fast-check';
import { believedOf, type CallBounds, roomOf } from '../../../lambda/domain/evidence/believed.ts';
import { nothingCounted } from '../../../lambda/domain/evidence/counted.ts';
import { highestRates } from '../../../lambda/domain/pricing/ceiling.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';

describe('Of a balance is believed', () => {
  it.each<[string, Parameters<typeof believedOf>[0], bigint]>([
    ['all that is proven', { spent: 100n, claims: 0n, room: 0n }, 100n],
    ['all, where nobody reads the counters', { spent: 100n, claims: 90n, room: undefined }, 100n],
    ['what is proven, where the counters counted nothing', { spent: 100n, claims: 90n, room: 0n }, 10n],
    ['as much of the claims as there is room for', { spent: 100n, claims: 90n, room: 30n }, 40n],
    ['all of the claims, where there is room for more', { spent: 100n, claims: 90n, room: 300n }, 100n],
    [
      'of a pool what the claims of others leave',
      { spent: 100n, claims: 90n, room: 30n, otherClaims: 20n },
      20n,
    ],
    ['of a pool what is proven, at least', { spent: 100n, claims: 90n, room: 30n, otherClaims: 50n }, 10n],
    ['all, where a proof and a correction met', { spent: 100n, claims: -5n, room: 0n }, 100n],
  ])('%s', (_what, balance, expected) => {
    expect(believedOf(balance)).toBe(expected);
  });

  it('no less for any junk that is claimed beside, and no more than counters allow', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 13n });
    fc.assert(
      fc.property(amount, amount, amount, amount, (proven, claims, junk, room) => {
        const before = believedOf({ spent: proven + claims, claims, room });
        const after = believedOf({ spent: proven + claims + junk, claims: claims + junk, room });

        expect(after).toBeGreaterThanOrEqual(before);
        expect(after).toBeLessThanOrEqual(proven + room);
      }),
    );
  });
});

describe('The room that counters leave', () => {
  const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  const rows = priceBook.find(model)?.rows ?? [];
  const highest: CallBounds = { rates: highestRates(rows), context: 1_000_000, pieces: 0n };
  const room = (counted: Parameters<typeof roomOf>[0]) =>
    roomOf(counted, (name) => (name === model ? highest : undefined));

  it('is never less than what the calls cost, whether caches are counted or not', () => {
    const tokens = fc.nat(1_000_000);
    const call = fc.record({ input: tokens, output: tokens, cacheRead: tokens, cacheWrite: tokens });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 20, size: 'max' }),
        fc.boolean(),
        (calls, counts) => {
          const total = (of: keyof (typeof calls)[number]) => calls.reduce((sum, each) => sum + each[of], 0);
          const counted = {
            ...nothingCounted,
            calls: calls.length,
            ...{ input: total('input'), output: total('output') },
            cacheRead: counts ? total('cacheRead') : undefined,
            cacheWrite: counts ? total('cacheWrite') : undefined,
          };
          // What a cache holds fits into the context.
          const cost = calls
            .filter(({ cacheRead, cacheWrite }) => counts || cacheRead + cacheWrite <= 1_000_000)
            .map(({ input, output, cacheRead, cacheWrite }) =>
              charge(
                {
                  ...{ requestId: 'r', timestamp: '2026-11-22T12:00:00Z', account: '1', region: 'us-east-1' },
                  ...{ operation: 'Converse', modelId: model, identityArn: undefined, bodyModel: undefined },
                  ...{ guardrailBlockedInput: false, flags: [] },
                  usage: {
                    ...{ input, output, cacheRead, cacheWriteUnclassified: 0 },
                    cacheWrite: { '5m': 0, '1h': cacheWrite, '30m': 0 },
                  },
                },
                { profiles: {} },
              ),
            )
            .reduce((sum, charged) => sum + charged.cost, 0n);

          expect(rows.length).toBeGreaterThan(0);
          expect(room(new Map([[model, counted]]))).toBeGreaterThanOrEqual(cost);
        },
      ),
    );
  });

  it('is none for a model without a price: pools do not count what is unpriced', () => {
    expect(room(new Map([['nobody.new', { ...nothingCounted, calls: 9, input: 9_000_000 }]]))).toBe(0n);
  });
});
