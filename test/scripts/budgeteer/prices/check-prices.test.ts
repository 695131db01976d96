import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readBookFile } from '../../../../lambda/domain/pricing/book-file.ts';
import { createPriceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import { checkPrices } from '../../../../scripts/budgeteer/prices/check-prices.ts';
import { InputError } from '../../../../scripts/command-line/input-error.ts';
import { listing, pair, product } from '../../../domain/pricing/price-list/product-builder.ts';

const day = '2026-11-22';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'price-list-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const pageOf = (name: string, products: readonly unknown[]) =>
  fileOf(name, JSON.stringify({ PriceList: products.map((one) => JSON.stringify(one)) }));

describe('prices check', () => {
  it('finds no problem in the book that ships', () => {
    const { exitCode, text, json } = checkPrices({ day });

    expect(exitCode).toBe(0);
    expect(text).toMatch(/^Price book \S+: \d+ models, \d+ rows, no problem found\.\n/);
    expect(text).toContain('openai.gpt-5.6-sol, regional in *: announced through 2026-11-21 at least');
    expect(text).toMatch(/Prices of \d+ models rest on one source alone: .*zai\.glm-5\.3/);
    expect(json.book.oneSource).toContain('xai.grok-4.7');
    expect(json.comparison).toBeNull();
  });

  it('fails for a book that breaks a guard, and says where', () => {
    const book = createPriceBook(
      'broken',
      readBookFile({
        provider: 'acme',
        sources: { list: 'a list' },
        models: {
          'acme.x': {
            kind: 'chat',
            rows: [
              {
                scope: 'regional',
                regions: ['*'],
                usdPerMillion: { input: '0.34', output: '2.8', cacheRead: '0.85' },
                source: 'list',
                asOf: day,
              },
            ],
          },
        },
      }),
    );
    const { exitCode, text } = checkPrices({ day, book });

    expect(exitCode).toBe(1);
    expect(text).toContain('acme.x, regional in *: a cache read is not cheaper than input.');
  });

  it('passes where a price list agrees', () => {
    const { exitCode, text } = checkPrices({
      day,
      priceLists: [pageOf('agrees.json', pair('eu-west-1', '0.374', '3.157'))],
    });

    expect(exitCode).toBe(0);
    expect(text).toContain('2 prices agree, 0 differ');
  });

  it.each([
    ['a difference', pair('eu-west-1', '0.408', '3.157'), 'Different: to be decided by a person'],
    [
      'a price that the book lacks',
      [listing('Claude Sonnet 4', 'CacheWrite1hInputTokenCount', '6')],
      'Missing from the book',
    ],
    [
      'two prices for one thing',
      [product({ usd: '0.00006' }), product({ usd: '0.00007' })],
      'Two prices for one thing',
    ],
  ])('fails for %s', (_, products, title) => {
    const { exitCode, text } = checkPrices({ day, priceLists: [pageOf('fails.json', products)] });

    expect(exitCode).toBe(1);
    expect(text).toContain(title);
  });

  it('tells what the list has wrong and what it could not read, and fails for neither', () => {
    const products = [
      ...pair('eu-west-1', '3.96', '3.311'),
      product({ attributes: { model: 'Nova Giga' } }),
      product({ unit: '10K tokens' }),
    ];
    const { exitCode, text, json } = checkPrices({ day, priceLists: [pageOf('slips.json', products)] });

    expect(exitCode).toBe(0);
    expect(text).toMatch(/Rejected: the list contradicts itself[\s\S]*output is cheaper than input/);
    expect(text).toMatch(/Not read[\s\S]*no rule reads the unit "10K tokens"/);
    expect(text).toContain('Models that no rule knows: Nova Giga.');
    expect(json.comparison?.counts).toMatchObject({ rejected: 2, unread: 2 });
  });

  it.each([
    [
      'pictures given to an embedding',
      listing('Cohere Embed 3 Model - English', 'InputImageCount', '0.0001', { unit: 'Units' }),
    ],
    [
      'a search inside a call',
      product({ usageType: 'USE1-NovaLite-nova-grounding', unit: 'requests', usd: '0.03' }),
    ],
    [
      'tokens of a picture at the price of text',
      product({ usageType: 'USE1-NovaLite-input-image-token-count', usd: '0.00006' }),
    ],
    [
      'seconds of sound given',
      product({
        usageType: 'USE1-NovaMultiModalEmbeddings-input-audio-second',
        attributes: { model: 'NovaMultiModalEmbeddings' },
        unit: 'second',
        usd: '0.00014',
      }),
    ],
  ])('agrees on %s', (_, listed) => {
    const { text } = checkPrices({ day, priceLists: [pageOf('agrees.json', [listed])] });

    expect(text).toContain('1 prices agree, 0 differ');
  });

  it.each([
    [
      'another price of a medium',
      product({ usageType: 'USE1-NovaLite-input-image-token-count', usd: '0.00009' }),
      /mediaToken[\s\S]*image-input/,
    ],
    [
      'pictures given to a model that the book has no such price of',
      listing('Cohere Embed 4 Model', 'InputImageCount', '0.0004', { unit: 'Units' }),
      /Missing from the book[\s\S]*cohere\.embed-v4:0/,
    ],
    [
      'a medium that no rule reads',
      product({ usageType: 'USE1-NovaLite-input-video-minutes' }),
      /Not read[\s\S]*No rule reads a price of a known model/,
    ],
  ])('tells %s', (_, listed, expected) => {
    const { text } = checkPrices({ day, priceLists: [pageOf('tells.json', [listed])] });

    expect(text).toMatch(expected);
  });

  it('reads several files, gzipped ones too, as one list', () => {
    const [input, output] = pair('eu-west-1', '0.374', '3.157');
    const sku = output?.product.sku ?? '';
    const offer = {
      offerCode: 'AmazonBedrock',
      products: { [sku]: output?.product },
      terms: { OnDemand: { [sku]: output?.terms.OnDemand } },
    };
    const priceLists = [
      pageOf('page.json', [input]),
      fileOf('offer.json.gz', gzipSync(JSON.stringify(offer))),
    ];

    expect(checkPrices({ day, priceLists }).json.comparison?.counts).toMatchObject({
      agreed: 2,
      rejected: 0,
    });
  });

  it.each([
    ['text', 'not json'],
    ['another document', '{"a":1}'],
  ])('refuses a file that holds %s', (_, content) => {
    expect(() => checkPrices({ day, priceLists: [fileOf('bad.json', content)] })).toThrow(InputError);
  });

  it('refuses a file that does not exist', () => {
    expect(() => checkPrices({ day, priceLists: [join(folder, 'none.json')] })).toThrow(
      /none\.json cannot be read/,
    );
  });
});
