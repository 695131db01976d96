import fc from 'fast-check';
import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import { mediaNames } from '../../../lambda/domain/metering/media.ts';
import { promptTokens } from '../../../lambda/domain/metering/tokens.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { checkOverrides } from '../../../lambda/domain/pricing/check-overrides.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

const piece = fc.record(
  {
    images: fc.integer({ min: 1, max: 100 }),
    imageClass: fc.constantFrom('512-standard', '1024-standard', '2048-premium', '?-standard', '?-premium'),
    video: fc.record({ milliseconds: fc.integer({ min: 1, max: 120_000 }), height: fc.nat(2000) }),
    searches: fc.integer({ min: 1, max: 50 }),
    tools: fc.dictionary(
      fc.constantFrom('nova_grounding', 'web_search', 'x_fetch'),
      fc.integer({ min: 1, max: 20 }),
    ),
    media: fc.subarray([...mediaNames]),
    input: fc.nat(10_000),
    output: fc.nat(1000),
  },
  { requiredKeys: [] },
);
const counts = ({ images = 0, video, searches = 0, tools = {} }: Usage, kind: string) =>
  // A ranking is sold by the query and a video by the second, whatever else is counted.
  (kind === 'rerank' || kind === 'video' ? 0 : images) +
  (video?.milliseconds ?? 0) +
  searches +
  Object.keys(tools).length;

describe('whatever a record counts', () => {
  it('has a price or puts the call at a ceiling: a counted piece is never free', () => {
    fc.assert(
      fc.property(fc.constantFrom(...priceBook.models), piece, ({ id, kind }, pieces) => {
        const usage = usageOf(pieces);
        fc.pre(counts(usage, kind) > 0);
        const { cost, quality } = charge(call({ modelId: id, usage }), { profiles: {} });

        expect(cost).toBeGreaterThan(0n);
        expect(quality).not.toBe('free');
      }),
      { numRuns: 3000 },
    );
  });

  it('costs no less where more of it is counted', () => {
    const more = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(fc.constantFrom(...priceBook.models), piece, more, ({ id }, pieces, extra) => {
        const usage = usageOf(pieces);
        fc.pre(promptTokens(usage) > 0 && usage.images !== undefined && usage.images + extra <= 100);
        const costOf = (each: Usage) => charge(call({ modelId: id, usage: each }), { profiles: {} }).cost;

        expect(costOf({ ...usage, images: (usage.images ?? 0) + extra })).toBeGreaterThanOrEqual(
          costOf(usage),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('is bounded: what is not known of a call with counted pieces stays in proportion to them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...priceBook.models),
        fc.integer({ min: 1, max: 5 }),
        ({ id, kind }, images) => {
          fc.pre(kind === 'chat' || kind === 'embedding');
          const { cost, quality } = charge(call({ modelId: id, usage: usageOf({ images }) }), {
            profiles: {},
          });

          expect(quality === 'ceiling' || quality === 'priced' || quality === 'assumed').toBe(true);
          // Twenty dollars are more than the longest prompt and answer of the most expensive model, and five pictures.
          expect(cost).toBeLessThan(20_000_000_000n);
        },
      ),
    );
  });
});

describe('a negotiated rate of an embedding', () => {
  const override = { model: 'amazon.titan-embed-image-v1', usdPerMillion: { input: '0.7', output: '0' } };

  it('has to price the pictures that the list prices', () => {
    expect(checkOverrides([override], priceBook).map(({ must }) => must)).toEqual([
      'also give usdPerImage of any: the list does',
    ]);
    expect(checkOverrides([{ ...override, usdPerImage: { any: '0.00005' } }], priceBook)).toEqual([]);
  });

  it('without them leaves no picture free', () => {
    const prices = { multipliers: {}, overrides: [override] };
    const usage = usageOf({ input: 100, images: 1 });

    expect(charge(call({ modelId: override.model, usage }), { profiles: {}, prices })).toMatchObject({
      quality: 'ceiling',
    });
  });
});

describe('a model that no list has, of a maker that sells by the piece', () => {
  it('is at a ceiling of all makers, not at the rate of a piece', () => {
    const unheard = charge(call({ modelId: 'acme.x', usage: undefined }), { profiles: {} });

    expect(charge(call({ modelId: 'twelvelabs.x', usage: undefined }), { profiles: {} }).cost).toBe(
      unheard.cost,
    );
  });
});
