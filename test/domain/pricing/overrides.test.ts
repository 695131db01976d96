import fc from 'fast-check';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { type PriceOverride, withOverrides } from '../../../lambda/domain/pricing/overrides.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

const nova = 'amazon.nova-pro-v1:0';
const rates = { input: '0.70', output: '2.80', cacheRead: '0.175', cacheWrite5m: '0' };
const million = usageOf({ input: 1_000_000 });
const priceOf = (
  overrides: readonly PriceOverride[],
  invocation: Partial<Invocation> = {},
  multipliers: Record<string, string> = {},
) =>
  charge(call({ modelId: nova, usage: million, ...invocation }), {
    profiles: {},
    prices: { multipliers, overrides },
  });

const read = (...overrides: unknown[]) =>
  settingsSchema.safeParse({ mode: 'enforce', prices: { overrides } });

describe('a negotiated rate', () => {
  const book = priceBook.find(nova)?.rows[0];

  it('names the same classes as the list, so that this test stays one about real rates', () => {
    expect(Object.keys(book?.tokens ?? {}).sort()).toEqual(Object.keys(rates).sort());
    expect(read({ model: nova, usdPerMillion: rates }).error).toBeUndefined();
  });

  it('replaces the list price, exactly and without a multiplier on top', () => {
    const charged = priceOf([{ model: nova, usdPerMillion: rates }], {}, { amazon: '0.5' });

    expect(charged).toMatchObject({ cost: parseUsd('0.7'), quality: 'priced', flags: ['negotiated'] });
    expect(charged).not.toHaveProperty('multiplier');
  });

  it.each<[string, Partial<PriceOverride>, Partial<Invocation>, string]>([
    ['its own Region', { regions: ['us-east-1'] }, { region: 'us-east-1' }, '0.7'],
    ['no other Region', { regions: ['us-east-1'] }, { region: 'us-west-2' }, '0.8'],
    ['every commercial Region by default', {}, { region: 'eu-south-1' }, '0.7'],
    ['GovCloud only by name', {}, { region: 'us-gov-west-1', modelId: nova }, '0.96'],
    ['its first day', { from: '2026-11-22' }, {}, '0.7'],
    ['no day before', { from: '2026-11-23' }, {}, '0.8'],
    ['its last day', { until: '2026-11-22' }, {}, '0.7'],
    ['no day after', { until: '2026-11-21' }, {}, '0.8'],
    ['a profile’s calls as well', {}, { modelId: `us.${nova}` }, '0.7'],
    ['not calls of another scope', { scope: 'global' }, {}, '0.8'],
  ])('holds for %s', (_, override, invocation, usd) => {
    expect(priceOf([{ model: nova, usdPerMillion: rates, ...override }], invocation).cost).toBe(
      parseUsd(usd),
    );
  });

  it('that says more about a call comes first, then the later one', () => {
    const at = (input: string, rest: Partial<PriceOverride>) => ({
      model: nova,
      usdPerMillion: { ...rates, input },
      ...rest,
    });
    const overrides = [
      at('0.71', {}),
      at('0.72', { scope: 'regional' }),
      at('0.73', { regions: ['eu-west-1'] }),
      at('0.74', { from: '2026-06-01' }),
    ];
    const cost = (region: string, some = overrides) => priceOf(some, { region }).cost;

    expect(cost('eu-west-1')).toBe(parseUsd('0.73'));
    expect(cost('us-east-1')).toBe(parseUsd('0.72'));
    expect(
      cost(
        'us-east-1',
        overrides.filter(({ scope }) => scope === undefined),
      ),
    ).toBe(parseUsd('0.74'));
  });

  it('can price what the list does not know, and no other day of it is free', () => {
    const model = 'acme.private-v1:0';
    const own = { model, usdPerMillion: { input: '1', output: '2' }, from: '2026-11-01' };

    expect(priceOf([own], { modelId: `eu.${model}` })).toMatchObject({
      cost: parseUsd('1'),
      quality: 'priced',
      model,
    });
    expect(priceOf([own], { modelId: model, timestamp: '2026-10-31T00:00:00Z' })).toMatchObject({
      quality: 'ceiling',
    });
    expect(priceOf([own], { modelId: model, timestamp: '2026-10-31T00:00:00Z' }).cost).toBeGreaterThan(0n);
  });

  it('of any amount is charged to the nano-dollar', () => {
    const micros = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(micros, micros, fc.nat(1_000_000), fc.nat(1_000_000), (input, output, read, written) => {
        fc.pre(read + written > 0);
        const usd = (amount: number) => (amount / 1e6).toFixed(6);
        const own = [{ model: nova, usdPerMillion: { ...rates, input: usd(input), output: usd(output) } }];
        // Millionths of a dollar a million tokens are thousandths of a nano-dollar a token.
        const thousandths = BigInt(input) * BigInt(read) + BigInt(output) * BigInt(written);
        const error =
          priceOf(own, { usage: usageOf({ input: read, output: written }) }).cost * 1000n - thousandths;

        expect(error >= -500n && error <= 500n).toBe(true);
      }),
    );
  });

  it('leaves the book alone, and is put together once', () => {
    const overrides = [{ model: nova, usdPerMillion: rates }];

    expect(withOverrides(priceBook, overrides)).toBe(withOverrides(priceBook, overrides));
    expect(withOverrides(priceBook, [])).toBe(priceBook);
    expect(priceBook.find(nova)).not.toHaveProperty('negotiated');
  });
});

describe('the settings refuse', () => {
  const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
  const ofHaiku = {
    input: '0.9',
    output: '4.5',
    cacheRead: '0.09',
    cacheWrite5m: '1.1',
    cacheWrite1h: '1.8',
  };
  const { cacheWrite1h: _, ...withoutHour } = ofHaiku;

  it.each<[string, object, RegExp]>([
    [
      'a class that the list prices and the contract leaves out',
      { usdPerMillion: withoutHour },
      /also price cacheWrite1h/,
    ],
    [
      'a cache read that is not cheaper than input',
      { usdPerMillion: { ...ofHaiku, cacheRead: '0.9' } },
      /cache read is not cheaper/,
    ],
    [
      'an output that is cheaper than input',
      { usdPerMillion: { ...ofHaiku, output: '0.5' } },
      /output is cheaper/,
    ],
    [
      'a write of over twice the input',
      { usdPerMillion: { ...ofHaiku, cacheWrite1h: '1.9' } },
      /over twice the input/,
    ],
    [
      'a slip of the decimal point',
      { usdPerMillion: { ...ofHaiku, input: '9', output: '45' } },
      /twice or under a tenth/,
    ],
    [
      'a price for a thousand tokens',
      {
        usdPerMillion: {
          input: '0.0009',
          output: '0.0045',
          cacheRead: '0.00009',
          cacheWrite5m: '0.0011',
          cacheWrite1h: '0.0018',
        },
      },
      /under a tenth/,
    ],
    ['a profile in place of a model', { model: `us.${haiku}`, usdPerMillion: ofHaiku }, /model by its id/],
    [
      'an ARN in place of a model',
      { model: 'arn:aws:bedrock:us-east-1::foundation-model/x.y', usdPerMillion: ofHaiku },
      /model by its id/,
    ],
    [
      'an end before the beginning',
      { from: '2026-12-01', until: '2026-11-01', usdPerMillion: ofHaiku },
      /before it begins/,
    ],
    ['30 February', { from: '2026-02-30', usdPerMillion: ofHaiku }, /must be a day/],
    [
      'a number that JavaScript prints with an exponent',
      { usdPerMillion: { ...ofHaiku, input: 1e-9 } },
      /must be USD/,
    ],
    ['a negative rate', { usdPerMillion: { ...ofHaiku, input: '-0.9' } }, /must be USD for a million tokens/],
    ['a class that no model has', { usdPerMillion: { ...ofHaiku, cacheWrite: '1' } }, /cacheWrite/],
    ['no price at all', {}, /also price input, output/],
    [
      'no long context where the list has one',
      { model: 'anthropic.claude-haiku-5-5', usdPerMillion: ofHaiku },
      /also give longContext/,
    ],
    ['images without a price', { model: 'amazon.nova-canvas-v1:0' }, /usdPerImage/],
    [
      'a size of images without a price',
      { model: 'amazon.nova-canvas-v1:0', usdPerImage: { '1024-standard': '0.03' } },
      /also price images of/,
    ],
    [
      'a ranking model without a price',
      { model: 'cohere.rerank-v3-5:0', usdPerMillion: ofHaiku },
      /usdPerQuery/,
    ],
  ])('%s', (_case, override, message) => {
    expect(
      read({ model: haiku, ...override })
        .error?.issues.map((issue) => issue.message)
        .join(' '),
    ).toMatch(message);
  });

  it('two rates for the same calls', () => {
    const one = { model: haiku, usdPerMillion: ofHaiku };

    expect(read(one, { ...one, regions: ['us-east-1'] }).success).toBe(true);
    expect(read(one, { ...one, from: '2027-01-01' }).success).toBe(true);
    expect(read(one, one).error?.issues).toMatchObject([
      { path: ['prices', 'overrides', 1], message: expect.stringContaining('override 0') },
    ]);
  });

  it('nothing that looks odd but is explained', () => {
    const usdPerMillion = { ...ofHaiku, input: '5', output: '1' };

    expect(read({ model: haiku, usdPerMillion }).success).toBe(false);
    expect(read({ model: haiku, usdPerMillion, unusual: 'flat fee for output, appendix C' }).success).toBe(
      true,
    );
  });
});
