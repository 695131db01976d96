import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ratePerMillion } from '../../../../lambda/domain/money.ts';
import { priceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import { shiftDecimal } from '../../../../lambda/domain/pricing/price-list/exact-decimal.ts';
import { namedIds } from '../../../../lambda/domain/pricing/price-list/model-names.ts';
import { parseProduct } from '../../../../lambda/domain/pricing/price-list/parse-product.ts';
import { priceListProducts } from '../../../../lambda/domain/pricing/price-list/price-list-products.ts';
import { unitPrices } from '../../../../lambda/domain/pricing/unit-prices.ts';
import { listing, product } from './product-builder.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const names = readdirSync(fixtures)
  .filter((file) => file.endsWith('.input.json'))
  .map((file) => file.slice(0, -'.input.json'.length));
const read = (file: string) => JSON.parse(readFileSync(join(fixtures, file), 'utf8'));

describe('parseProduct', () => {
  it.each(names)('reads %s', (name) => {
    const input = read(`${name}.input.json`);
    const reading = parseProduct(input);

    expect(reading).toMatchObject(read(`${name}.expected.json`));
    expect(parseProduct(JSON.stringify(input))).toEqual(reading);
  });

  it('tells where a rate was read', () => {
    const reading = parseProduct(product({ description: '$0.00006 per 1K tokens' }));

    expect(reading).toHaveProperty('row.sourceText', 'USE1-NovaLite-input-tokens | $0.00006 per 1K tokens');
  });

  it.each([
    [
      'the older unit of the marketplace',
      listing('Claude Opus 5', 'InputTokenCount', '5.5', { unit: 'Units' }),
      '5.5',
    ],
    [
      'a marketplace price by the thousand',
      listing('Claude Opus 5', 'InputTokenCount', '0.0055', { unit: '1K tokens' }),
      '5.5',
    ],
    ['a native price by the million', product({ unit: '1M tokens', usd: '0.0600000000' }), '0.06'],
    ['ten decimals', product({ usd: '0.0000000001' }), '0.0000001'],
    ['no decimals', product({ usd: '1' }), '1000'],
  ])('scales %s', (_, input, expected) => {
    expect(parseProduct(input)).toHaveProperty('row.ratePerMillion', expected);
  });

  it.each([
    ['a unit without a scale', product({ unit: 'Units' }), 'unknown-unit'],
    ['an unknown unit', product({ unit: '10K tokens' }), 'unknown-unit'],
    ['a description that contradicts the unit', product({ description: 'per 1M tokens' }), 'unknown-unit'],
    [
      'millions that are described as thousands',
      listing('Claude Opus 5', 'InputTokenCount', '5.5', {
        unit: 'Units',
        description: 'Thousand Input Tokens',
      }),
      'unknown-unit',
    ],
    ['a price that is a number', product({ usd: 0.00006 }), 'unreadable-price'],
    ['a price in exponents', product({ usd: '6e-5' }), 'unreadable-price'],
    ['a negative price', product({ usd: '-0.00006' }), 'unreadable-price'],
    ['a price finer than a rate', product({ unit: '1M tokens', usd: '0.0000000000001' }), 'unreadable-price'],
    ['a name that no rule knows', product({ attributes: { model: 'Nova Lite 9' } }), 'unknown-model'],
    [
      'an unknown name beside a known usage type',
      product({ attributes: { model: 'Llama 9' }, usageType: 'USE1-NovaLite-input-tokens' }),
      'unknown-model',
    ],
    ['an excluded name', product({ attributes: { model: 'Llama 3.3 70B Custom' } }), 'excluded-name'],
    ['names of two models', product({ usageType: 'USE1-NovaPro-input-tokens' }), 'contradiction'],
    [
      'tiers that disagree',
      product({ usageType: 'USE1-NovaLite-input-tokens-batch', attributes: { service_tier: 'flex' } }),
      'contradiction',
    ],
    [
      'a standard tier that is called batch',
      product({ attributes: { service_tier: 'standard', inferenceType: 'Input tokens batch' } }),
      'contradiction',
    ],
    ['a reserved tier', product({ attributes: { service_tier: 'reserved' } }), 'capacity'],
    ['extended access', product({ attributes: { feature: 'Public Extended Access' } }), 'extended-access'],
    [
      'a known model in an unknown usage type',
      product({ usageType: 'USE1-NovaLite-web-grounding' }),
      'unknown-usage-type',
    ],
    [
      'a feature of the platform',
      product({ usageType: 'USE1-Flow-Transitions', attributes: { model: '' } }),
      'platform',
    ],
    ['another service', product({ service: 'AmazonBedrockAgentCore' }), 'other-service'],
    ['a region that is none', product({ region: 'Any' }), 'malformed'],
  ])('skips %s', (_, input, reason) => {
    expect(parseProduct(input)).toMatchObject({
      kind: 'skipped',
      reason,
      detail: expect.stringMatching(/\.$/),
    });
  });

  it.each([
    ['its own attribute', { service_tier: 'flex' }],
    ['the end of the inference type', { inferenceType: 'Input tokens flex' }],
  ])('finds the tier in %s', (_, attributes) => {
    expect(parseProduct(product({ attributes }))).toHaveProperty('row.tier', 'flex');
  });

  it.each(['Batch Inference', 'BatchInference'])('finds the batch tier in the feature "%s"', (feature) => {
    expect(parseProduct(product({ attributes: { feature } }))).toHaveProperty('row.tier', 'batch');
  });

  it('refuses a price by volume', () => {
    const input = product();
    const [term] = Object.values(input.terms.OnDemand);
    Object.assign(term?.priceDimensions ?? {}, {
      more: { unit: '1K tokens', pricePerUnit: { USD: '0.00005' } },
    });

    expect(parseProduct(input)).toMatchObject({ kind: 'skipped', reason: 'several-prices' });
  });

  it('never throws on JSON of any shape', () => {
    const hostile = fc.oneof(
      fc.jsonValue({ maxDepth: 8 }),
      fc.json(),
      fc.record({ product: fc.jsonValue(), terms: fc.jsonValue(), serviceCode: fc.jsonValue() }),
      fc
        .dictionary(fc.constantFrom('sku', 'usagetype', 'regionCode', 'model', '__proto__'), fc.jsonValue())
        .map((attributes) => ({ ...product(), product: { sku: 'S', attributes } })),
      fc
        .jsonValue()
        .map((value) => ({ ...product(), terms: { OnDemand: { t: { priceDimensions: value } } } })),
      fc.jsonValue().map((usd) => product({ usd })),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        expect(['rate', 'skipped']).toContain(parseProduct(value).kind);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every decimal of a price', () => {
    const digits = fc.tuple(fc.nat(99_999), fc.nat(9_999_999_999));
    fc.assert(
      fc.property(digits, fc.constantFrom('1K tokens', '1M tokens'), ([whole, tenDecimals], unit) => {
        const usd = `${whole}.${tenDecimals.toString().padStart(10, '0')}`;
        const reading = parseProduct(product({ usd, unit }));
        const text = reading.kind === 'rate' ? reading.row.ratePerMillion : '';
        const attosPerToken = BigInt(usd.replace('.', '')) * (unit === '1K tokens' ? 10n ** 5n : 10n ** 2n);

        expect(ratePerMillion(text)).toBe(attosPerToken);
      }),
    );
  });
});

describe('shiftDecimal', () => {
  it.each([
    ['0.0000600000', 3, '0.06'],
    ['3.3000000000', 0, '3.3'],
    ['12', 6, '12000000'],
    ['0', 3, '0'],
    ['0.0000000000', 3, '0'],
    ['00.5', 0, '0.5'],
  ])('moves the point of %s by %d', (text, places, expected) => {
    expect(shiftDecimal(text, places)).toBe(expected);
  });

  it.each(['', ' 1', '1.', '.5', '1e3', '-1', '1,000', 'NaN', '0x1', '1'.repeat(13)])(
    'refuses "%s"',
    (text) => {
      expect(shiftDecimal(text, 3)).toBeUndefined();
    },
  );
});

describe('the table of names', () => {
  it('leads to models that the price book or the unit prices have', () => {
    const known = new Set([...priceBook.models, ...unitPrices].map(({ id }) => id));

    expect(namedIds.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('priceListProducts', () => {
  const one = product({ sku: 'A' });
  const offer = {
    offerCode: 'AmazonBedrock',
    products: { A: one.product },
    terms: { OnDemand: { A: one.terms.OnDemand } },
  };

  it.each([
    ['an offer file', offer],
    ['a page of GetProducts', { PriceList: [JSON.stringify(one)], NextToken: 'more' }],
    ['a list of pages', [{ PriceList: [JSON.stringify(one)] }, { PriceList: [] }]],
    ['products as texts', [JSON.stringify(one)]],
    ['a single product', one],
  ])('finds the products of %s', (_, document) => {
    const products = priceListProducts(document) ?? [];

    expect(products.map((value) => parseProduct(value))).toEqual([parseProduct(one)]);
  });

  it('gives a product without terms no price', () => {
    const [only] = priceListProducts({ ...offer, terms: { OnDemand: {} } }) ?? [];

    expect(parseProduct(only)).toMatchObject({ kind: 'skipped', reason: 'unreadable-price' });
  });

  it.each([[null], ['text'], [{}], [[[]]], [{ products: [] }], [[{ PriceList: 1 }]]])(
    'knows that %j is no price list',
    (value) => {
      expect(priceListProducts(value)).toBeUndefined();
    },
  );
});
