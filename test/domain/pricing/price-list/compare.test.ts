import fc from 'fast-check';
import { readBookFile } from '../../../../lambda/domain/pricing/book-file.ts';
import { createPriceBook, priceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import { type Comparison, compareWithBook } from '../../../../lambda/domain/pricing/price-list/compare.ts';
import { applyPolicy } from '../../../../lambda/domain/pricing/price-list/proposal.ts';
import { readPriceList } from '../../../../lambda/domain/pricing/price-list/read-price-list.ts';
import { listing, nova, pair, product } from './product-builder.ts';

const day = '2026-10-08';
const compare = (products: readonly unknown[]): Comparison => compareWithBook(readPriceList(products), day);

describe('compareWithBook', () => {
  it('confirms what agrees', () => {
    const { counts, proposal } = compare([
      ...pair('eu-west-1', '0.374', '3.157'),
      nova('eu-west-1', 'cache-read-input-token-count', '0.0935'),
      nova('eu-west-1', 'cache-write-input-token-count', '0'),
      ...pair('eu-west-1', '0.34', '2.87', '-cross-region-global'),
    ]);

    expect(counts).toEqual({
      agreed: 6,
      different: 0,
      'missing-from-book': 0,
      decided: 0,
      rejected: 0,
      collided: 0,
      unread: 0,
    });
    expect(proposal.confirm).toEqual([
      { model: 'amazon.nova-2-lite-v1:0', scope: 'regional', tier: 'standard', rates: 4 },
      { model: 'amazon.nova-2-lite-v1:0', scope: 'global', tier: 'standard', rates: 2 },
    ]);
    expect([proposal.change, proposal.add]).toEqual([[], []]);
  });

  it('proposes a difference, with what the book says and the ratio', () => {
    const { findings, proposal } = compare(pair('eu-west-1', '0.408', '3.157'));

    expect(findings).toMatchObject([
      { status: 'different', book: '0.374', ratio: '1.0909' },
      { status: 'agreed' },
    ]);
    expect(proposal.change).toMatchObject([
      {
        model: 'amazon.nova-2-lite-v1:0',
        region: 'eu-west-1',
        scope: 'regional',
        unitClass: 'input',
        from: '0.374',
        to: '0.408',
        termFrom: '2026-08-01',
      },
    ]);
  });

  it('compares with the price of the day', () => {
    const list = readPriceList([
      product({
        usageType: 'USE1-openai.gpt-5.6-luna-mantle-output-tokens-standard',
        attributes: { model: 'openai.gpt-5.6-luna' },
        unit: '1M tokens',
        usd: '6.6',
      }),
      product({
        usageType: 'USE1-openai.gpt-5.6-luna-mantle-input-tokens-standard',
        attributes: { model: 'openai.gpt-5.6-luna' },
        unit: '1M tokens',
        usd: '1.1',
      }),
    ]);

    expect(compareWithBook(list, '2026-07-29').counts.agreed).toBe(2);
    expect(compareWithBook(list, '2026-07-30').counts.different).toBe(2);
  });

  it.each([
    ['a new class', listing('Claude Sonnet 4', 'CacheWrite1hInputTokenCount', '6'), 'class'],
    [
      'a scope',
      product({ usageType: 'USE1-NovaLite-cache-read-input-token-count-global', usd: '0.000015' }),
      'scope',
    ],
    [
      'a region',
      product({
        region: 'mx-central-1',
        usageType: 'MXC1-NovaLite-cache-read-input-token-count',
        usd: '0.000015',
      }),
      'region',
    ],
    [
      'a long context',
      listing('Claude Opus 5', 'cache_read_tokens_long_ctx_standard', '1.1'),
      'long-context',
    ],
    ['a tier', listing('Claude Opus 5.5', 'cache_read_tokens_batch', '0.11'), 'tier'],
  ])('reports %s that the book lacks', (_, input, what) => {
    const { findings, proposal } = compare([input]);

    expect(findings).toMatchObject([{ status: 'missing-from-book', what }]);
    expect(proposal.add).toHaveLength(1);
  });

  it('reports a new model that the book lacks', () => {
    const book = createPriceBook(
      'without',
      priceBook.models.filter(({ id }) => id !== 'amazon.nova-lite-v1:0'),
    );
    const input = product({ usageType: 'USE1-NovaLite-input-tokens', usd: '0.00006' });
    const { findings, proposal } = compareWithBook(readPriceList([input]), day, book);

    expect(findings).toMatchObject([{ status: 'missing-from-book', what: 'model' }]);
    expect(proposal.add).toHaveLength(1);
  });

  it('takes a price that stands out for agreed where the book has it as an outlier', () => {
    const titan = (region: string, usd: string) =>
      product({
        region,
        usageType: 'X-TitanEmbeddingV2-Text-input-tokens',
        usd,
        attributes: { model: 'TitanEmbeddingV2-Text' },
      });
    const { findings } = compare([
      titan('us-east-1', '0.00002'),
      titan('eu-north-1', '0.000021'),
      titan('eu-west-3', '0.00003'),
      titan('eu-central-1', '0.0002'),
    ]);

    expect(findings.map(({ status }) => status)).toEqual(['agreed', 'agreed', 'agreed', 'agreed']);
  });

  it('compares images, queries, seconds and guardrail units', () => {
    const { counts, findings } = compare([
      product({
        usageType: 'USE1-NovaCanvas-T2I-1024-Standard',
        attributes: { model: 'Nova Canvas' },
        unit: 'image',
        usd: '0.04',
      }),
      product({
        usageType: 'USE1-TitanImageGeneratorG1-T2I-512-Premium',
        attributes: { model: '', titanModel: 'TitanImageGeneratorG1' },
        unit: 'image',
        usd: '0.01',
      }),
      listing('Cohere Rerank v3.5', 'search_units', '0.002', { unit: 'Units' }),
      product({
        region: 'us-west-2',
        usageType: 'USW2-Ray-V2-Medfps-HDRes',
        attributes: { model: 'Ray v2' },
        unit: 'Second',
        usd: '1.5',
      }),
      product({
        usageType: 'USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed',
        attributes: { model: '' },
        unit: 'Units',
        usd: '0.00017',
      }),
    ]);

    expect(counts.agreed).toBe(5);
    expect(findings).toHaveLength(5);
  });

  it('takes a tier for its factor of the standard price, as AWS rounds it', () => {
    const { counts } = compare([
      ...pair('eu-west-1', '0.374', '3.157'),
      ...pair('eu-west-1', '0.187', '1.5785', '-batch'),
      ...pair('eu-west-1', '0.187', '1.579', '-flex'),
      ...pair('eu-west-1', '0.6545', '5.52475', '-priority'),
    ]);

    expect(counts).toMatchObject({ agreed: 8, rejected: 0 });
  });

  it('tells what was decided', () => {
    const { findings, proposal } = compare([
      listing('Claude 3.5 Sonnet', 'InputTokenCount', '3'),
      listing('Claude 3.5 Sonnet', 'OutputTokenCount', '15'),
    ]);

    expect(findings).toMatchObject([
      { status: 'decided', why: expect.stringMatching(/extended access/) },
      { status: 'decided' },
    ]);
    expect(proposal.change).toEqual([]);
  });
});

describe('a list made of the book', () => {
  it('agrees with it, whatever the prices are', () => {
    const usd = fc
      .integer({ min: 1, max: 9_999_999 })
      .map((tenMillionths) => (tenMillionths / 1e7).toFixed(7));
    fc.assert(
      fc.property(usd, usd, (a, b) => {
        const [input, output] = [a, b].sort();
        const book = createPriceBook(
          'test',
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
                    usdPerMillion: { input: `${input}`, output: `${output}` },
                    source: 'list',
                    asOf: day,
                  },
                ],
              },
            },
          }),
        );
        const rate = (kind: string, usdPerMillion: string | undefined) =>
          product({
            usageType: `USE1-acme.x-${kind}-tokens`,
            attributes: { model: 'acme.x' },
            unit: '1M tokens',
            usd: usdPerMillion,
          });
        const list = readPriceList([rate('input', input), rate('output', output)], book);

        expect(compareWithBook(list, day, book).counts).toMatchObject({ agreed: 2 });
      }),
    );
  });
});

describe('applyPolicy', () => {
  const { proposal } = compare([...pair('eu-west-1', '0.408', '3.157')]);

  it('applies nothing by default', () => {
    expect(applyPolicy(proposal, 'report')).toEqual({ applied: { confirm: [] }, waiting: proposal });
  });

  it('applies confirmations where told, and never an amount', () => {
    const { applied, waiting } = applyPolicy(proposal, 'confirm');

    expect(applied).toEqual({ confirm: proposal.confirm });
    expect(waiting.change).toEqual(proposal.change);
    expect(waiting.confirm).toEqual([]);
  });
});
