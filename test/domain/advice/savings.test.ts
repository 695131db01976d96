import fc from 'fast-check';
import { SavingSums, saved } from '../../../lambda/domain/advice/add-up-savings.ts';
import { savingsOf } from '../../../lambda/domain/advice/savings.ts';
import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { economyModels } from '../../../lambda/domain/pricing/economy-models.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { callOf } from '../../../lambda/domain/pricing/repricing.ts';
import { ceiling, entry } from '../../support/entries.ts';

const options = { profiles: {}, cachedPercent: 50 };
const opus = 'anthropic.claude-opus-4-6-v1';
const tokens = (input: number, output: number, cacheRead = 0): Usage => ({
  ...{ input, output, cacheRead },
  cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
  cacheWriteUnclassified: 0,
});

/** A call as metering would have posted it. */
function posted(overrides: Partial<LedgerEntry>, prices = {}): LedgerEntry {
  const call = entry(overrides);
  return { ...call, charge: charge(callOf(call), { ...options, ...prices }) };
}

const found = (call: LedgerEntry, given = {}) =>
  Object.fromEntries(
    savingsOf(call, { ...options, ...given }).map(({ kind, instead, wouldCost }) => [
      kind,
      [instead, wouldCost],
    ]),
  );

describe('what would have been cheaper', () => {
  it('is the global profile of a model that has one, at its exact price', () => {
    // In its own Region 5.50 and 27.50 USD a million, anywhere 5.00 and 25.00.
    const call = posted({ modelId: opus, usage: tokens(1000, 1000) });
    expect(call.charge.cost).toBe(33_000_000n);
    expect(found(call)['global-profile']).toEqual([`global.${opus}`, 30_000_000n]);
  });

  it('is no global profile for what went through one, nor for a model that has none', () => {
    expect(found(posted({ modelId: `global.${opus}` }))).not.toHaveProperty('global-profile');
    expect(found(posted({ modelId: 'amazon.nova-lite-v1:0' }))).not.toHaveProperty('global-profile');
  });

  it("is the maker's most expensive everyday model, through a profile as before", () => {
    const everyday = economyModels(priceBook).filter((id) => id.startsWith('anthropic.'));
    const [instead, wouldCost] = found(posted({ modelId: `global.${opus}`, usage: tokens(1_000_000, 0) }))[
      'everyday-model'
    ] as [string, bigint];
    expect(everyday).toContain(instead.replace('global.', ''));
    expect(instead).toBe('global.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(wouldCost).toBe(1_000_000_000n);
  });

  it('is a cached prompt where a long one never was, by the share that is taken to repeat', () => {
    const call = posted({ modelId: `global.${opus}`, usage: tokens(10_000, 0) });
    // 5,000 tokens at 5.00 and 5,000 at 0.50 USD a million.
    expect(found(call)['prompt-cache']).toEqual([opus, 27_500_000n]);
    expect(found(call, { cachedPercent: 10 })['prompt-cache']).toEqual([opus, 45_500_000n]);
    expect(found(posted({ modelId: opus, usage: tokens(10_000, 0, 1) }))).not.toHaveProperty('prompt-cache');
    expect(found(posted({ modelId: opus, usage: tokens(1000, 0) }))).not.toHaveProperty('prompt-cache');
  });

  it('goes by negotiated prices on both sides', () => {
    const prices = { prices: { multipliers: { anthropic: '0.5' } } };
    const call = posted({ modelId: opus, usage: tokens(1000, 1000) }, prices);
    expect(found(call, prices)['global-profile']).toEqual([`global.${opus}`, 15_000_000n]);
  });

  it('is not asked of a call whose price is not known', () => {
    expect(savingsOf(entry({ modelId: opus, charge: ceiling(1_000_000n) }), options)).toEqual([]);
  });

  it('always costs less than what was charged, whatever the model, the Region and the usage', () => {
    const model = fc.constantFrom(...priceBook.models.map(({ id }) => id));
    const count = fc.nat({ max: 300_000 });
    const region = fc.constantFrom('us-east-1', 'eu-central-1', 'ap-northeast-1', 'us-gov-west-1');
    fc.assert(
      fc.property(model, region, count, count, fc.boolean(), (id, where, input, output, global) => {
        const modelId = global ? `global.${id}` : id;
        const call = posted({ modelId, region: where, usage: tokens(input, output) });
        for (const { wouldCost } of savingsOf(call, options)) {
          expect(wouldCost).toBeLessThan(call.charge.cost);
          expect(wouldCost).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });
});

describe('sums of what would have been cheaper', () => {
  const sums = () => {
    const all = new SavingSums();
    for (const [principal, input] of [
      ['user/ann', 1_000_000],
      ['user/ann', 2_000_000],
      ['user/bob', 100_000],
    ] as const) {
      const call = posted({ principal, modelId: opus, usage: tokens(input, 0, 1) });
      all.add(call, savingsOf(call, options));
    }
    return all;
  };

  it('are by principal and way, who could save most first', () => {
    const [ann, bob] = sums().worthSaying(0n);
    expect([ann?.principal, bob?.principal]).toEqual(['user/ann', 'user/bob']);
    expect(ann?.advice.map(({ kind, requests }) => [kind, requests])).toEqual([
      ['everyday-model', 2],
      ['global-profile', 2],
    ]);
    const [, global] = ann?.advice ?? [];
    // 0.50 USD a million of input, and 50 nano-USD for the cached token of each call.
    expect(global && saved(global)).toBe(1_500_000_100n);
  });

  it('are silent about what would save less than is asked for', () => {
    const [only, ...others] = sums().worthSaying(1_000_000_000n);
    expect([only?.principal, others]).toEqual(['user/ann', []]);
  });
});
