import fc from 'fast-check';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { multiplierOf, raisedCeiling } from '../../../lambda/domain/pricing/negotiated.ts';
import { call, usageOf } from './invocation-builder.ts';

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const priceOf = (overrides: Partial<Invocation>, multipliers: Record<string, string>) =>
  charge(call(overrides), { profiles: {}, prices: { multipliers } });
const million = usageOf({ input: 1_000_000 });

describe('a negotiated price', () => {
  it.each([
    ['of the provider', { anthropic: '0.85' }, '0.935', '0.85'],
    ['of the model, before its provider', { anthropic: '0.85', [haiku]: '0.80' }, '0.88', '0.80'],
    ['above the list price', { [haiku]: '1.5' }, '1.65', '1.5'],
  ])('%s is the list price times the multiplier, flagged and kept', (_, multipliers, usd, multiplier) => {
    expect(priceOf({ usage: million }, multipliers)).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
      flags: ['negotiated'],
      multiplier,
    });
  });

  it('of another provider changes nothing and leaves no trace', () => {
    const charged = priceOf({ usage: million }, { amazon: '0.5' });

    expect(charged).toMatchObject({ cost: parseUsd('1.1'), flags: [] });
    expect(charged).not.toHaveProperty('multiplier');
  });

  it('keeps the flags of what else was assumed', () => {
    const unclassified = usageOf({ cacheWriteUnclassified: 1000 });

    expect(priceOf({ usage: unclassified }, { anthropic: '0.5' })).toMatchObject({
      quality: 'assumed',
      flags: ['cache-write-5m-assumed', 'negotiated'],
    });
  });

  it('counts for a ranking call, too', () => {
    expect(priceOf({ modelId: 'cohere.rerank-v3-5:0', usage: undefined }, { cohere: '0.5' })).toMatchObject({
      cost: parseUsd('0.001'),
      flags: ['one-query-assumed', 'negotiated'],
    });
  });

  it('is rounded once, from the exact product: never the rounded list price times the multiplier', () => {
    const tokens = fc.nat({ max: 10_000_000 });
    const billionths = fc.bigInt({ min: 1n, max: 2_000_000_000n });
    fc.assert(
      fc.property(tokens, tokens, billionths, (input, output, factor) => {
        fc.pre(input + output > 0);
        const text = `${factor / 1_000_000_000n}.${(factor % 1_000_000_000n).toString().padStart(9, '0')}`;
        // 1.10 and 5.50 USD a million tokens: 1,100 and 5,500 nano-USD a token.
        const exact = (BigInt(input) * 1_100n + BigInt(output) * 5_500n) * factor;
        const { cost } = priceOf({ usage: usageOf({ input, output }) }, { anthropic: text });
        const error = cost * 1_000_000_000n - exact;

        expect(error <= 500_000_000n && error >= -500_000_000n).toBe(true);
      }),
    );
  });
});

describe('a ceiling', () => {
  const unknown = { modelId: 'anthropic.claude-from-tomorrow-v1:0', usage: million };
  const list = priceOf(unknown, {}).cost;

  it('is never lowered by a discount: nobody knows whether it holds for that model', () => {
    expect(priceOf(unknown, { anthropic: '0.5' })).toMatchObject({ cost: list, flags: ['ceiling'] });
  });

  it('is raised by a surcharge, so that it stays an upper bound', () => {
    expect(priceOf(unknown, { anthropic: '2' }).cost).toBe(2n * list);
    expect(priceOf({ usage: undefined }, { [haiku]: '2' }).cost).toBe(
      2n * priceOf({ usage: undefined }, {}).cost,
    );
  });

  it('of an unknown provider is raised by the highest surcharge of all', () => {
    const nobody = { modelId: 'dummy-model-v1', usage: million };

    expect(priceOf(nobody, { anthropic: '0.5', amazon: '1.5' }).cost).toBe(
      (priceOf(nobody, {}).cost * 3n) / 2n,
    );
  });

  it('is rounded up', () => {
    expect(raisedCeiling(1n, { provider: 'anthropic' }, { anthropic: '1.000000001' })).toBe(2n);
  });
});

describe('a multiplier', () => {
  it('is looked up by own keys only', () => {
    expect(multiplierOf({ id: 'constructor', aliases: [], provider: '__proto__' }, {})).toBeUndefined();
  });
});
