import { readdirSync, readFileSync } from 'node:fs';
import { ratePerMillion } from '../../../lambda/domain/money.ts';
import { type BookFile, PriceBookError, readBookFile } from '../../../lambda/domain/pricing/book-file.ts';
import { checkBook } from '../../../lambda/domain/pricing/check-book.ts';
import { economyModels } from '../../../lambda/domain/pricing/economy-models.ts';
import { parseModelId } from '../../../lambda/domain/pricing/model-id.ts';
import { createPriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { guardPriceBook } from '../../../lib/price-guard.ts';

type Row = Parameters<typeof readBookFile>[0]['models'][string]['rows'][number];

const row = (overrides: Partial<Row> = {}): Row => ({
  scope: 'regional',
  regions: ['*'],
  usdPerMillion: { input: '1', output: '5', cacheRead: '0.1' },
  source: 'list',
  asOf: '2026-11-22',
  ...overrides,
});
const bookOf = (rows: readonly Row[], kind = 'chat') =>
  createPriceBook(
    'test',
    readBookFile({
      provider: 'acme',
      sources: { list: 'a list' },
      models: { 'acme.x': { kind, economy: true, rows } },
    }),
  );

const folder = new URL('../../../lambda/domain/pricing/book/', import.meta.url);

describe('the price book', () => {
  it.each(readdirSync(folder))(
    'holds each row on one line, so that a change of price is one line of a diff: %s',
    (name) => {
      const rowLines = readFileSync(new URL(name, folder), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"asOf"'))
        .map((line) => JSON.parse(line.trim().replace(/,$/, '')).source);
      const file: BookFile = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
      expect(rowLines).toEqual(
        Object.values(file.models).flatMap(({ rows }) => rows.map(({ source }) => source)),
      );
    },
  );

  it('passes its own checks', () => {
    expect(checkBook(priceBook)).toEqual([]);
  });

  it('names each model once', () => {
    const models = readBookFile({
      provider: 'acme',
      sources: { list: '' },
      models: { 'acme.x': { kind: 'chat', rows: [] } },
    });

    expect(() => createPriceBook('test', [...models, ...models])).toThrow(PriceBookError);
  });

  it.each([
    ['an unexplained source', { source: 'hearsay' }],
    ['a scope that does not exist', { scope: 'galactic' }],
    ['a date that is none', { from: 'tomorrow' }],
    ['a day that does not exist', { from: '2026-02-30' }],
    ['a class of tokens that does not exist', { usdPerMillion: { thoughts: '1' } }],
  ])('refuses %s', (_, overrides) => {
    expect(() => bookOf([row(overrides)])).toThrow(PriceBookError);
  });
});

describe('a spelling with a version and a size of context', () => {
  it.each([
    ['cohere.embed-english-v3:0:512', 'cohere.embed-english-v3'],
    ['amazon.titan-embed-image-v1:0', 'amazon.titan-embed-image-v1'],
    ['amazon.titan-text-express-v1:0:8k', 'amazon.titan-text-express-v1'],
    ['anthropic.claude-v2:0:18k', 'anthropic.claude-v2'],
    ['anthropic.claude-v2:1:200k', 'anthropic.claude-v2:1'],
    ['anthropic.claude-instant-v1:2:100k', 'anthropic.claude-instant-v1'],
    ['amazon.nova-premier-v1:0:mm', 'amazon.nova-premier-v1:0'],
  ])('%s is of %s', (spelling, id) => {
    const read = parseModelId(spelling, (label) => priceBook.providers.has(label));

    expect(read.kind === 'model' && priceBook.find(read.id)?.id).toBe(id);
  });
});

describe('checkBook', () => {
  it.each<[string, readonly Row[], RegExp]>([
    [
      'a cache read above the input',
      [row({ usdPerMillion: { input: '0.34', output: '2.8', cacheRead: '0.85' } })],
      /cache read/,
    ],
    ['an output below the input', [row({ usdPerMillion: { input: '2', output: '1' } })], /output is cheaper/],
    ['a missing output', [row({ usdPerMillion: { input: '2' } })], /lacks the price/],
    [
      'a write above twice the input',
      [row({ usdPerMillion: { input: '1', output: '2', cacheWrite1h: '2.1' } })],
      /twice/,
    ],
    [
      'a regional price below the global one',
      [row(), row({ scope: 'global', usdPerMillion: { input: '1.1', output: '5' } })],
      /between 1 and 2/,
    ],
    [
      'a regional price above twice the global one',
      [row(), row({ scope: 'global', usdPerMillion: { input: '0.4', output: '5' } })],
      /between 1 and 2/,
    ],
    ['two prices for one key', [row(), row()], /two prices for regional \* always/],
    ['nothing for earlier times', [row({ from: '2026-01-01' })], /earlier times/],
    [
      'a cheap long context',
      [row({ longContext: { above: 9, usdPerMillion: { input: '0.5', output: '5' } } })],
      /long context is cheaper/,
    ],
  ])('finds %s', (_, rows, finding) => {
    expect(checkBook(bookOf(rows)).join('\n')).toMatch(finding);
  });

  it('takes a cache write that costs nothing for right: Nova’s does', () => {
    const usdPerMillion = { input: '1', output: '5', cacheRead: '0.25', cacheWrite5m: '0' };

    expect(checkBook(bookOf([row({ usdPerMillion })]))).toEqual([]);
  });

  it.each<[string, Partial<Row>, string, RegExp]>([
    ['tokens that cost nothing', { usdPerMillion: { input: '0', output: '0' } }, 'chat', /cost nothing/],
    ['images that cost nothing', { usdPerImage: { any: '0' } }, 'image', /a piece costs nothing/],
    ['a query of less than nothing', { usdPerQuery: '-0.001' }, 'rerank', /or less/],
    ['a video model without a price per second', {}, 'video', /no price per second/],
  ])('finds %s', (_, overrides, kind, finding) => {
    expect(checkBook(bookOf([row(overrides)], kind)).join()).toMatch(finding);
  });

  it('finds an image model without a price per image', () => {
    expect(checkBook(bookOf([row()], 'image')).join()).toMatch(/per image/);
  });
});

describe('the build', () => {
  it('goes on with the book as it is, and stops at a price that cannot be right, with a sentence for each', () => {
    expect(() => guardPriceBook()).not.toThrow();
    const slip = bookOf([row({ usdPerMillion: { input: '0.34', output: '2.8', cacheRead: '0.85' } })]);

    expect(() => guardPriceBook(slip)).toThrow(
      new PriceBookError(
        [
          'The price book test has prices that cannot be right, so nothing is built; correct them in lambda/domain/pricing:',
          'acme.x, regional in *: a cache read is not cheaper than input.',
        ].join('\n'),
      ),
    );
  });
});

describe('economyModels', () => {
  it('keeps small models and leaves the large ones out', () => {
    const models = economyModels(priceBook);

    expect(models).toEqual(
      expect.arrayContaining([
        'amazon.nova-micro-v1:0',
        'amazon.nova-lite-v1:0',
        'anthropic.claude-haiku-4-5-20251001-v1:0',
        'openai.gpt-oss-20b-1:0',
      ]),
    );
    expect(models.filter((id) => /opus|sonnet|fable|nova-pro|premier|sol|astra/.test(id))).toEqual([]);
  });

  it('stays short enough for a policy that names each model three times', () => {
    expect(economyModels(priceBook).join().length).toBeLessThan(700);
  });

  it('drops a model that got expensive, from the day it did', () => {
    const book = bookOf([row(), row({ from: '2027-01-01', usdPerMillion: { input: '1', output: '7' } })]);

    expect(economyModels(book, '6', '2026-12-31')).toEqual(['acme.x']);
    expect(economyModels(book, '6', '2027-01-01')).toEqual([]);
    expect(economyModels(book, '8')).toEqual(['acme.x']);
  });
});

describe('readBookFile', () => {
  it('keeps prices exact', () => {
    const [model] = bookOf([row({ usdPerMillion: { input: '0.00875', output: '0.140000000001' } })]).models;

    expect(model?.rows[0]?.tokens).toEqual({
      input: ratePerMillion('0.00875'),
      output: ratePerMillion('0.140000000001'),
    });
  });
});
