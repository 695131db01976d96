import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ratePerUnit } from '../../../../lambda/domain/money.ts';
import { readBookFile } from '../../../../lambda/domain/pricing/book-file.ts';
import { formatPerUnit } from '../../../../lambda/domain/pricing/format-rate.ts';
import { createPriceBook, priceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import type { TokenRates } from '../../../../lambda/domain/pricing/price-row.ts';
import { comparePrices } from '../../../../scripts/budgeteer/prices/compare-prices.ts';
import type { MapFinding } from '../../../../scripts/budgeteer/prices/price-map/compare-price-map.ts';
import { readDecimal } from '../../../../scripts/budgeteer/prices/price-map/read-decimal.ts';
import { InputError } from '../../../../scripts/command-line/input-error.ts';

const day = '2026-11-30';
const fixture = join(import.meta.dirname, 'price-map');
const mapPath = join(fixture, 'price-map.input.json');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'price-map-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function compareText(content: string | Uint8Array, at = day) {
  const path = join(folder, 'map.json');
  writeFileSync(path, content);
  return comparePrices({ path, day: at });
}
const compare = (map: object, at = day) => compareText(JSON.stringify(map), at);
const bedrock = { litellm_provider: 'bedrock_converse', mode: 'chat' };
const brief = ({ field, status, map, book, place, lacks }: MapFinding) =>
  [status, field, map, book ?? lacks, place].filter((part) => part !== undefined).join(' ');

describe('the book beside a price map', () => {
  const { json, text, exitCode } = comparePrices({ path: mapPath, day });

  it('tells of every price of a map of some dozen models what the book says', () => {
    const expected = JSON.parse(readFileSync(join(fixture, 'price-map.expected.json'), 'utf8'));

    // The names of the models that no key has are the book's matter, and so are the dates of its sources.
    expect({
      counts: json.counts,
      unread: json.unread,
      commitments: json.commitments,
      otherProviders: json.otherProviders,
      findings: json.findings.map((finding) => `${finding.key}: ${brief(finding)}`),
    }).toEqual(expected);
  });

  it('names the source of the book beside each price that it has', () => {
    const held = json.findings.filter(({ place }) => place !== undefined);

    expect(held.length).toBeGreaterThan(80);
    expect(held.filter(({ source, sourceText, asOf }) => !source || !sourceText || !asOf)).toEqual([]);
    expect(text).toContain('aws-pricing-page 2026-07-24');
  });

  it('fails where a price differs or is lacking, and else does not', () => {
    const { counts } = json;
    expect(text.split('\n')[0]).toContain(
      `${counts.agreed} prices agree, ${counts.different} differ, ${counts.lacking} are not in the book`,
    );
    expect(exitCode).toBe(1);
    expect(
      compare({ 'us.amazon.nova-premier-v1:0': { ...bedrock, input_cost_per_token: 2.5e-6 } }).exitCode,
    ).toBe(0);
  });

  it('leaves out of the models that no key names those that one does', () => {
    expect(json.notInMap).not.toContain('amazon.nova-pro-v1:0');
    expect(json.notInMap).toContain('xai.grok-4.7');
  });
});

describe('where a key is held against', () => {
  it('is the price of the day', () => {
    const map = {
      'anthropic.claude-3-5-sonnet-20241022-v2:0': { ...bedrock, output_cost_per_token: 1.5e-5 },
    };

    expect(compare(map, '2025-11-30').json.findings[0]).toMatchObject({ status: 'agreed', book: '15' });
    expect(compare(map, '2025-12-01').json.findings[0]).toMatchObject({ status: 'different', book: '30' });
  });

  it('is the Region of a geography where most of its prices agree, and no other', () => {
    const { findings } = compare({
      'eu.amazon.nova-pro-v1:0': { ...bedrock, input_cost_per_token: 9.2e-7, output_cost_per_token: 4.2e-6 },
    }).json;

    expect(new Set(findings.map(({ place }) => place)).size).toBe(1);
    expect(findings.map(({ status }) => status).sort()).toEqual(['agreed', 'different']);
  });

  it('is never another Region than the one that the key names', () => {
    expect(
      compare({
        'bedrock/eu-west-1/amazon.nova-pro-v1:0': { ...bedrock, input_cost_per_token: 8e-7 },
        'bedrock/us-gov-west-1/anthropic.claude-3-7-sonnet-20250219-v1:0': {
          ...bedrock,
          input_cost_per_token: 3e-6,
        },
      }).json.findings.map(brief),
    ).toEqual([
      'different input_cost_per_token 0.8 0.92 regional eu-west-1',
      expect.stringMatching(/^different input_cost_per_token 3 3\.6 regional us-gov-west-1$/),
    ]);
  });
});

describe('a second of video', () => {
  const book = createPriceBook(
    'of video',
    readBookFile({
      provider: 'acme',
      sources: { list: 'a list' },
      models: {
        'acme.film-v1': {
          kind: 'video',
          rows: [
            {
              scope: 'regional',
              regions: ['*'],
              usdPerSecond: { '540p': '0.75', video: '0.0007' },
              source: 'list',
              asOf: day,
            },
          ],
        },
      },
    }),
  );

  it('that is watched is no second that is made, and one that is heard is neither', () => {
    const path = join(folder, 'video.json');
    const film = {
      ...bedrock,
      input_cost_per_video_per_second: 0.0007,
      output_cost_per_second: 0.75,
      input_cost_per_audio_per_second: 0.0007,
    };
    writeFileSync(path, JSON.stringify({ 'acme.film-v1': film }));

    expect(comparePrices({ path, day, book }).json.findings.map(brief)).toEqual([
      'agreed input_cost_per_video_per_second 0.0007 0.0007 regional us-east-1',
      'agreed output_cost_per_second 0.75 0.75 regional us-east-1',
      'lacking input_cost_per_audio_per_second 0.0007 class regional us-east-1',
    ]);
  });
});

describe('what a map has and the book lacks', () => {
  it('is a class, a tier or a long context that the row does not have', () => {
    expect(
      compare({
        'us.anthropic.claude-opus-4-6-v1': {
          ...bedrock,
          input_cost_per_token_above_200k_tokens: 1.1e-5,
          input_cost_per_token_flex: 2.75e-6,
        },
        'us.meta.llama3-3-70b-instruct-v1:0': { ...bedrock, cache_read_input_token_cost: 7.2e-8 },
      }).json.findings.map(({ lacks }) => lacks),
    ).toEqual(['long context', 'tier', 'class']);
  });

  it('is no price of zero for what is not sold', () => {
    const { findings } = compare({
      'cohere.rerank-v3-5:0': { ...bedrock, input_cost_per_token: 0.0, input_cost_per_query: 0.002 },
    }).json;

    expect(findings.map(brief)).toEqual(['agreed input_cost_per_query 0.002 0.002 regional us-east-1']);
  });

  it('is told by name where no rule reads it', () => {
    const { unread } = compare({
      'amazon.nova-pro-v1:0': {
        ...bedrock,
        input_cost_per_token: 'free',
        input_cost_per_audio_token: 1e-6,
        max_tokens: 4,
        output_cost_per_token: null,
      },
    }).json;

    expect(unread).toEqual({ input_cost_per_token: 1, input_cost_per_audio_token: 1 });
  });
});

describe('a map’s numbers', () => {
  it.each([
    ['3e-06', '0.000003'],
    ['0.0000006', '0.0000006'],
    ['1.25E-7', '0.000000125'],
    ['3', '3'],
    // What a division in floats left behind is finer than any price.
    ['3.5999999999999996e-06', '0.0000036'],
    ['8.250000000000001e-07', '0.000000825'],
  ])('%s is exactly %s', (text, exact) => {
    const read = readDecimal(text);
    expect(read === undefined ? undefined : formatPerUnit(read)).toBe(exact);
  });

  it.each(['-1', 'NaN', '1e400', '', '0x3', '1_000'])('"%s" is none', (text) => {
    expect(readDecimal(text)).toBeUndefined();
  });

  it('are read from their digits, for any price that a book can hold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), fc.integer({ min: -20, max: 18 }), (rate, by) => {
        const digits = rate.toString().padStart(60, '0');
        const point = digits.length - 18 + by;
        const mantissa = `${digits.slice(0, point) || '0'}.${digits.slice(point) || '0'}`;
        const short = mantissa.replace(/^0+(?=\d)/, '').slice(0, 79);
        expect(readDecimal(`${short}e${-by}`)).toBe(rate);
      }),
    );
  });

  it('agree with every row of the book when a map is written from it, and differ when one is a billionth off', () => {
    const rows = priceBook.models.flatMap((model) => model.rows.map((row) => ({ model, row })));
    const tokens: Readonly<Record<string, keyof TokenRates>> = {
      input_cost_per_token: 'input',
      output_cost_per_token: 'output',
      cache_read_input_token_cost: 'cacheRead',
      cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
    };
    const priced = rows.filter(
      ({ row }) => row.from === undefined && row.scope === 'regional' && row.tokens.input !== undefined,
    );
    const map = (extra: bigint) =>
      Object.fromEntries(
        priced.flatMap(({ model, row }) =>
          row.regions
            .filter((region) => region !== '*' && !model.id.includes(' '))
            .map((region) => [
              `bedrock/${region}/${model.id}`,
              {
                ...bedrock,
                ...Object.fromEntries(
                  Object.entries(tokens).flatMap(([name, unit]) => {
                    const rate = row.tokens[unit];
                    return rate === undefined ? [] : [[name, formatPerUnit(rate + extra)]];
                  }),
                ),
              },
            ]),
        ),
      );
    const day0 = '2020-01-01';
    const same = compare(map(0n), day0).json.counts;
    expect(same).toMatchObject({ different: 0, lacking: 0 });
    expect(same.agreed).toBeGreaterThan(1_000);
    expect(compare(map(ratePerUnit('0.000000000000001')), day0).json.counts).toMatchObject({
      agreed: 0,
      lacking: 0,
    });
  });
});

describe('a file that is no price map', () => {
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['other providers only', '{"gpt-5": {"litellm_provider": "openai", "input_cost_per_token": 1e-6}}'],
    ['nothing', '{}'],
  ])('is refused with a sentence: %s', (_, content) => {
    expect(() => compareText(content)).toThrow(InputError);
  });

  it('and so is one that is not there, and a day that is none', () => {
    expect(() => comparePrices({ path: join(folder, 'none.json'), day })).toThrow(/check its name/);
    expect(() => comparePrices({ path: mapPath, day: 'yesterday' })).toThrow(/is no date/);
  });

  it('but a packed one is read', () => {
    expect(compareText(gzipSync(readFileSync(mapPath))).json.counts).toEqual(
      comparePrices({ path: mapPath, day }).json.counts,
    );
  });
});
