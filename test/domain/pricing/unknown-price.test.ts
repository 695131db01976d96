import fc from 'fast-check';
import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import { formatUsd, parseUsd, ratePerMillion, ratePerUnit } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { createPriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import type { PricedModel, PriceRow } from '../../../lambda/domain/pricing/price-row.ts';
import { call, usageOf } from './invocation-builder.ts';

const priceOf = (modelId: string, usage: Usage | undefined, book = priceBook) =>
  charge(call({ modelId, usage }), { profiles: {} }, book);
const usd = (amount: bigint | undefined) => (amount === undefined ? undefined : formatUsd(amount));

describe('the ceiling of a model without a price', () => {
  it.each([
    // name, usage, most, least
    ['nobody.chat-v9:0', usageOf({ input: 1_000, output: 100 }), 'chat'],
    ['cohere.embed-v9:0', usageOf({ input: 1_000 }), 'embedding'],
    ['cohere.embed-v9:0', undefined, 'embedding'],
    ['cohere.rerank-v9:0', undefined, 'rerank'],
    ['stability.some-image-v9:0', undefined, 'image'],
    ['stability.some-image-v9:0', { ...usageOf({}), images: 2 }, 'image'],
    ['nobody.video-v9:0', undefined, 'video'],
    ['nobody.makes-clips-v9:0', { ...usageOf({}), video: { milliseconds: 6_000 } }, 'video'],
  ] as const)('of %s with %j is that of its kind: %s', (modelId, usage, kind) => {
    const { cost, floor = 0n, quality } = priceOf(modelId, usage);
    const alike = priceBook.models.filter((model) => model.kind === kind);
    const costs = alike.map(({ id }) => priceOf(id, usage)).map((charged) => charged.cost);

    expect(quality).toBe('ceiling');
    expect(floor).toBeGreaterThan(0n);
    expect(floor).toBeLessThanOrEqual(cost);
    // In proportion: some model of the kind costs nearly as much, and none of them less than the lower bound.
    expect(costs.filter((each) => each > 0n && each < floor)).toEqual([]);
    expect(costs.some((each) => each >= cost / 20n)).toBe(true);
  });

  it('of a ranking model is ten queries, of an embedding no answer, of pictures five of them', () => {
    expect(usd(priceOf('cohere.rerank-v9:0', undefined).cost)).toBe('0.020000000');
    expect(priceOf('cohere.embed-v9:0', undefined).cost).toBeLessThan(parseUsd('0.05'));
    expect(usd(priceOf('amazon.image-v9:0', undefined).cost)).toBe('0.400000000');
  });

  it('takes nothing from a name that the caller chose', () => {
    const arn = 'arn:aws:bedrock:us-east-1:012345678901:custom-model-deployment/embed-rerank';

    expect(priceOf(arn, undefined).cost).toBe(priceOf('nobody.knows-v9:0', undefined).cost);
  });

  it('lies above its lower bound for any usage, and both grow with it', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const name = fc.constantFrom(
      'nobody.knows-v9:0',
      'cohere.embed-v9:0',
      'cohere.command-v9:0',
      'p24qm5pye2qr',
    );
    fc.assert(
      fc.property(name, count, count, count, count, (modelId, input, output, cacheRead, more) => {
        const { cost, floor = 0n } = priceOf(modelId, usageOf({ input, output, cacheRead }));
        const raised = priceOf(modelId, usageOf({ input: input + more, output: output + 1, cacheRead }));

        expect(floor).toBeGreaterThan(0n);
        expect(floor).toBeLessThanOrEqual(cost);
        if (input + output + cacheRead > 0 && output > 0) {
          expect(raised.cost).toBeGreaterThanOrEqual(cost);
          expect(raised.floor).toBeGreaterThanOrEqual(floor);
        }
      }),
    );
  });

  it('has no lower bound of its own where the model is known: that ceiling counts at once', () => {
    for (const modelId of ['anthropic.claude-opus-4-6-v1', 'amazon.nova-reel-v1:1']) {
      const charged = priceOf(modelId, undefined);

      expect(charged.quality).toBe('ceiling');
      expect(charged.floor).toBeUndefined();
    }
  });
});

describe('a video that a model was given', () => {
  const row: PriceRow = {
    ...{ scope: 'regional', regions: ['*'], from: undefined, longContext: undefined, query: undefined },
    tokens: { input: 0n, output: ratePerMillion('7.5') },
    images: {},
    seconds: { video: ratePerUnit('0.00049') },
    ...{ source: 'test', sourceText: 'test', asOf: '2026-11-22' },
  };
  const model = (overrides: Partial<PricedModel> = {}): PricedModel => ({
    ...{ id: 'twelvelabs.pegasus-9:0', provider: 'twelvelabs', kind: 'video', aliases: [], economy: false },
    ...{ mostSeconds: 3_600, rows: [row] },
    ...overrides,
  });
  const book = (overrides?: Partial<PricedModel>) => createPriceBook('test', [model(overrides)]);

  it('is an hour at most, and counts as a second until its grace is over', () => {
    const { cost, floor, quality } = priceOf('us.twelvelabs.pegasus-9:0', undefined, book());

    expect(quality).toBe('ceiling');
    expect(cost).toBeGreaterThanOrEqual(parseUsd('1.764'));
    expect(usd(floor)).toBe('0.000490000');
  });

  it('counts its answer at once where the record has it', () => {
    const usage = usageOf({ output: 1_000 });

    expect(usd(priceOf('twelvelabs.pegasus-9:0', usage, book()).floor)).toBe('0.007990000');
  });

  it('is none where a model makes it: the longest one counts at once', () => {
    const makes = book({ rows: [{ ...row, tokens: {}, seconds: { '720p': ratePerUnit('0.08') } }] });

    expect(priceOf('twelvelabs.pegasus-9:0', undefined, makes).floor).toBeUndefined();
  });
});
