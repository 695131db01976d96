import fc from 'fast-check';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { readBookFile } from '../../../lambda/domain/pricing/book-file.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { endingPrices, endText } from '../../../lambda/domain/pricing/ending-prices.ts';
import { withOverrides } from '../../../lambda/domain/pricing/overrides.ts';
import { createPriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

type Row = Parameters<typeof readBookFile>[0]['models'][string]['rows'][number];
const row = (usd: string, overrides: Partial<Row> = {}): Row => ({
  ...{ scope: 'regional', regions: ['*'], source: 'list', asOf: '2026-11-01' },
  usdPerMillion: { input: usd, output: usd },
  ...overrides,
});
const bookOf = (...rows: readonly Row[]) =>
  createPriceBook(
    'test',
    readBookFile({
      provider: 'acme',
      sources: { list: 'a list' },
      models: { 'acme.x': { kind: 'chat', rows } },
    }),
  );
const on = (book: ReturnType<typeof bookOf>, day: string) =>
  charge(
    call({ modelId: 'acme.x', timestamp: `${day}T10:00:00Z`, usage: usageOf({ input: 1_000_000 }) }),
    { profiles: {} },
    book,
  );

describe('a price with a last day', () => {
  const promotion = bookOf(row('10'), row('4', { from: '2026-11-01', until: '2026-11-20' }));

  it.each([
    ['2026-10-31', '10'],
    ['2026-11-01', '4'],
    ['2026-11-20', '4'],
    ['2026-11-21', '10'],
  ])('on %s is %s', (day, usd) => {
    expect(on(promotion, day)).toMatchObject({ cost: parseUsd(usd), quality: 'priced', flags: [] });
  });

  it('leaves a visible ceiling where nothing else holds', () => {
    expect(on(bookOf(row('4', { until: '2026-11-20' })), '2026-11-21').quality).toBe('ceiling');
  });
});

describe('a price that was announced until a day', () => {
  const told = bookOf(row('10'), row('4', { from: '2026-11-01', toldUntil: '2026-11-20' }));

  it('is charged on, and says so from the day after', () => {
    expect(on(told, '2026-11-20')).toMatchObject({ cost: parseUsd('4'), quality: 'priced', flags: [] });
    expect(on(told, '2026-11-21')).toMatchObject({
      cost: parseUsd('4'),
      quality: 'assumed',
      flags: ['price-end-passed'],
    });
  });

  it('holds for GPT-5.6 Sol, whose promotion was announced through 21 November', () => {
    const invocation = call({
      modelId: 'us.openai.gpt-5.6-sol',
      timestamp: '2026-11-28T10:00:00Z',
      usage: usageOf({ input: 100_000, output: 10_000 }),
    });

    expect(charge(invocation, { profiles: {} })).toMatchObject({
      cost: parseUsd('0.66'),
      flags: ['price-end-passed'],
    });
  });
});

it('a long context makes the whole call of GPT-5.5 more expensive, as an invoice shows', () => {
  const usage = usageOf({ input: 301_016, output: 5 });

  expect(charge(call({ modelId: 'openai.gpt-5.5', usage }), { profiles: {} })).toMatchObject({
    cost: parseUsd('3.3114235'),
    quality: 'priced',
    flags: ['long-context'],
  });
});

describe('what is told of prices that end', () => {
  const told = (book: Parameters<typeof endingPrices>[0], day: string) =>
    endingPrices(book, day).map((end) => endText(end));

  it.each([
    ['2026-11-05', []],
    ['2026-11-06', ['acme.x, regional in *: ends on 2026-11-20']],
    ['2026-11-20', ['acme.x, regional in *: ends on 2026-11-20']],
    ['2026-11-21', ['acme.x, regional in *: ended on 2026-11-20']],
  ])('on %s: %j', (day, lines) => {
    expect(told(bookOf(row('4', { until: '2026-11-20' })), day)).toEqual(lines);
  });

  it('is nothing where a later row has followed', () => {
    const history = bookOf(
      row('4', { until: '2026-11-20', toldUntil: '2026-11-20' }),
      row('10', { from: '2026-11-21' }),
    );

    expect(told(history, '2026-12-01')).toEqual([]);
  });

  it('is said of a contract, too', () => {
    const book = withOverrides(priceBook, [
      {
        model: 'amazon.nova-lite-v1:0',
        usdPerMillion: { input: '0.05', output: '0.2', cacheRead: '0.01' },
        until: '2026-10-09',
      },
    ]);

    expect(told(book, '2026-10-01')).toEqual([
      "amazon.nova-lite-v1:0, any scope in *: the negotiated price ends on 2026-10-09, then the list's holds",
    ]);
  });

  it('never changes from one day to the next but at its end', () => {
    const day = fc
      .integer({ min: 0, max: 60 })
      .map((days) => new Date(Date.UTC(2026, 9, 1) + days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, (until, at) => {
        const lines = told(bookOf(row('4', { until })), at);

        expect(lines.join()).toBe(
          until < at
            ? `acme.x, regional in *: ended on ${until}`
            : Date.parse(until) - Date.parse(at) <= 14 * 86_400_000
              ? `acme.x, regional in *: ends on ${until}`
              : '',
        );
      }),
    );
  });
});
