import fc from 'fast-check';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { type ChargeOptions, charge } from '../../../lambda/domain/pricing/charge.ts';
import { call, usageOf } from './invocation-builder.ts';

const priceOf = (overrides: Partial<Invocation>, options: Partial<ChargeOptions> = {}) =>
  charge(call(overrides), { profiles: {}, ...options });
const hundredThousand = usageOf({ cacheWriteUnclassified: 100_000 });

describe('a cache write whose class the log does not tell', () => {
  it.each([
    ['5m', '0.1375', '0.0825'],
    ['1h', '0.22', undefined],
  ] as const)(
    'is taken for %s where the settings say so, and carries what more it costs at worst',
    (assumed, cost, more) => {
      const charged = priceOf({ usage: hundredThousand }, { assumeCacheWrites: assumed });

      expect(charged).toMatchObject({
        cost: parseUsd(cost),
        quality: 'assumed',
        flags: [`cache-write-${assumed}-assumed`],
      });
      expect(charged.worstCase).toBe(more === undefined ? undefined : parseUsd(more));
    },
  );

  it('costs at most what the assumption and the stated difference add up to, whichever class it was', () => {
    const count = fc.nat(90_000);
    fc.assert(
      fc.property(count, count, count, count, (input, output, told, untold) => {
        fc.pre(untold > 0);
        const usage = (classes: object) => usageOf({ input, output, cacheWrite: { '1h': told }, ...classes });
        const assumed = priceOf({ usage: usage({ cacheWriteUnclassified: untold }) });
        const short = priceOf({ usage: usage({ cacheWrite: { '1h': told, '5m': untold } }) });
        const long = priceOf({ usage: usage({ cacheWrite: { '1h': told + untold } }) });

        expect(assumed.cost).toBe(short.cost);
        expect(assumed.cost + (assumed.worstCase ?? 0n)).toBe(long.cost);
      }),
    );
  });

  it('is multiplied by what was negotiated, at worst too', () => {
    const prices = { multipliers: { anthropic: '0.5' } };

    expect(priceOf({ usage: hundredThousand }, { prices })).toMatchObject({
      cost: parseUsd('0.06875'),
      worstCase: parseUsd('0.04125'),
    });
  });

  it.each([
    ['told', { usage: usageOf({ cacheWrite: { '5m': 1000 } }) }],
    ['no question', { modelId: 'us.openai.gpt-6-sol', usage: hundredThousand }],
    ['of no model known', { modelId: 'dummy-model-v1', usage: hundredThousand }],
  ])('states no difference where the class is %s', (_, overrides) => {
    expect(priceOf(overrides)).not.toHaveProperty('worstCase');
  });

  it('is at its most expensive class in a ceiling, which is to be an upper bound', () => {
    const flags = ['output-uncounted'];
    const untold = priceOf({ usage: hundredThousand, flags });
    const highest = priceOf({ usage: usageOf({ cacheWrite: { '1h': 100_000 } }), flags });

    expect(untold).toMatchObject({ quality: 'ceiling', cost: highest.cost });
  });
});

describe('what else a log does not tell', () => {
  it('of a ranking call may be ten queries, since it can rank a thousand documents', () => {
    expect(priceOf({ modelId: 'cohere.rerank-v3-5:0', usage: undefined })).toMatchObject({
      cost: parseUsd('0.002'),
      worstCase: parseUsd('0.018'),
    });
  });

  it.each([
    ['1', undefined, '0.08', '0.32'],
    ['3', 3, '0.24', '0.16'],
    ['5', 5, '0.4', undefined],
  ])('of images, their number, is %s where the settings say %s', (_, assumeImages, cost, more) => {
    const charged = priceOf({ modelId: 'amazon.nova-canvas-v1:0', usage: undefined }, { assumeImages });

    expect(charged).toMatchObject({ quality: 'assumed', cost: parseUsd(cost) });
    expect(charged.worstCase).toBe(more === undefined ? undefined : parseUsd(more));
  });

  it('of images whose size is told, though not their number, is their class no more', () => {
    const usage = usageOf({ input: 12, imageClass: '1024-standard' });
    const charged = priceOf({ modelId: 'amazon.nova-canvas-v1:0', usage });

    expect(charged).toMatchObject({ cost: parseUsd('0.04'), flags: ['image-count-assumed'] });
  });

  it('of an embedding is at most one picture', () => {
    const charged = priceOf({
      modelId: 'amazon.titan-embed-image-v1',
      usage: usageOf({ input: 1000 }),
      flags: ['output-uncounted'],
    });

    expect(charged).toMatchObject({ cost: parseUsd('0.00086'), flags: ['image-count-assumed'] });
    expect(charged).not.toHaveProperty('worstCase');
  });
});
