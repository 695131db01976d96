import { ratePerMillion } from '../../../lambda/domain/money.ts';
import { readBookFile } from '../../../lambda/domain/pricing/book-file.ts';
import { checkBook } from '../../../lambda/domain/pricing/check-book.ts';
import { checkTiers } from '../../../lambda/domain/pricing/check-tiers.ts';
import { formatPerMillion, formatPerUnit } from '../../../lambda/domain/pricing/format-rate.ts';
import { createPriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { tierFactor, tierFactors } from '../../../lambda/domain/pricing/tier-factors.ts';
import tiers from '../../../lambda/domain/pricing/tiers.json' with { type: 'json' };
import { unitPrices } from '../../../lambda/domain/pricing/unit-prices.ts';

describe('service tiers', () => {
  it('are given for models that the price book has', () => {
    const named = Object.values(tiers.tiers).flatMap(({ models }) => models);

    expect(named.filter((id) => priceBook.find(id)?.id !== id)).toEqual([]);
  });

  it.each([
    ['amazon.nova-2-lite-v1:0', 'flex', '0.5'],
    ['openai.gpt-oss-20b-1:0', 'priority', '1.75'],
    ['anthropic.claude-opus-5', 'batch', '0.5'],
    ['mistral.mistral-large-2407-v1:0', 'batch', '0.75'],
    ['anthropic.claude-3-5-haiku-20241022-v1:0', 'latencyOptimized', '1.25'],
    ['meta.llama3-1-405b-instruct-v1:0', 'latencyOptimized', '1.25'],
  ] as const)('price %s in %s at %s', (model, tier, factor) => {
    expect(tierFactor(model, tier)).toMatchObject({ factor, source: expect.stringContaining('AWS') });
  });

  it.each([
    ['anthropic.claude-opus-5', 'flex'],
    ['anthropic.claude-opus-5-5', 'batch'],
    ['anthropic.claude-sonnet-5', 'batch'],
    ['constructor', 'batch'],
  ] as const)('are not sold for %s in %s', (model, tier) => {
    expect(tierFactor(model, tier)).toBeUndefined();
  });

  it('are listed by model', () => {
    expect(tierFactors('amazon.nova-pro-v1:0').map(({ tier, factor }) => [tier, factor])).toEqual([
      ['batch', '0.5'],
      ['priority', '1.75'],
      ['latencyOptimized', '1.25'],
    ]);
  });
});

describe('checkTiers', () => {
  it.each([
    ['flex', '0.3', 'the flex tier is not between 0.4 and 0.8 times the standard one'],
    ['batch', '1', 'the batch tier is not between 0.4 and 0.8 times the standard one'],
    ['priority', '17.5', 'the priority tier is not between 1 and 2 times the standard one'],
  ] as const)('finds %s at %s', (tier, factor, finding) => {
    expect(checkTiers('acme.x', [{ tier, factor }])).toEqual([finding]);
  });

  it('finds nothing in the tiers as they are', () => {
    expect(priceBook.models.flatMap(({ id }) => checkTiers(id))).toEqual([]);
  });
});

describe('unit prices', () => {
  it('hold what AWS bills by the text unit and by the request', () => {
    const usd = Object.fromEntries(
      unitPrices.flatMap(({ id, rates }) =>
        Object.entries(rates).map(([variant, rate]) => [`${id} ${variant}`, formatPerUnit(rate)]),
      ),
    );

    expect(usd).toMatchObject({
      'guardrail contentPolicy': '0.00015',
      'guardrail wordPolicy': '0',
      'guardrail automatedReasoningPolicy': '0.00017',
      'prompt-router any': '0.001',
    });
  });

  it('tell their source', () => {
    expect(
      unitPrices.filter(({ source, asOf }) => source.length < 10 || !/^\d{4}-\d\d-\d\d$/.test(asOf)),
    ).toEqual([]);
  });
});

describe('checkBook', () => {
  const bookOf = (model: Parameters<typeof readBookFile>[0]['models'][string]) =>
    createPriceBook(
      'test',
      readBookFile({ provider: 'acme', sources: { list: '' }, models: { 'acme.x': model } }),
    );
  const row = { scope: 'regional', source: 'list', asOf: '2026-11-22' };

  it('finds a ranking model without a price per query', () => {
    const book = bookOf({ kind: 'rerank', rows: [{ ...row, regions: ['*'] }] });

    expect(checkBook(book).join()).toMatch(/no price per query/);
  });

  it('finds a region that pays over twice what another pays', () => {
    const rows = [
      { ...row, regions: ['us-east-1'], usdPerMillion: { input: '0.02', output: '0' } },
      { ...row, regions: ['eu-central-1'], usdPerMillion: { input: '0.2', output: '0' } },
    ];

    expect(checkBook(bookOf({ kind: 'embedding', rows }))).toEqual([
      'acme.x: eu-central-1 pays over twice what us-east-1 pays.',
    ]);
  });
});

describe('formatPerMillion', () => {
  it.each(['0', '0.0825', '12.5', '3', '100', '0.000000000001'])('writes %s as it was read', (usd) => {
    expect(formatPerMillion(ratePerMillion(usd))).toBe(usd);
  });
});
