import { type Comparison, compareWithBook } from '../../../../lambda/domain/pricing/price-list/compare.ts';
import { readPriceList } from '../../../../lambda/domain/pricing/price-list/read-price-list.ts';
import { listing, nova, pair, product } from './product-builder.ts';

const compare = (products: readonly unknown[]): Comparison =>
  compareWithBook(readPriceList(products), '2026-10-08');
const rejectedIn = ({ findings }: Comparison) =>
  findings.flatMap((finding) =>
    finding.status === 'rejected' ? [`${finding.rate.ratePerMillion}: ${finding.why}`] : [],
  );

/** Slips that AWS's lists have had, region by region; the neighbours are right. */
describe('the guards', () => {
  const right = [
    ...['us-east-1', 'us-east-2', 'us-west-2'].flatMap((region) => [
      ...pair(region, '0.3', '2.5', '-cross-region-global'),
      nova(region, 'cache-read-input-token-count-cross-region-global', '0.075'),
      ...pair(region, '0.33', '2.75'),
    ]),
  ];
  const global = '-cross-region-global';

  it('let right prices pass', () => {
    expect(rejectedIn(compare(right))).toEqual([]);
  });

  it.each([
    [
      'a cache read of ten times itself',
      [
        ...pair('ca-west-1', '0.34', '2.81', global),
        nova('ca-west-1', `cache-read-input-token-count${global}`, '0.85'),
      ],
      ['0.85: a cache read is not cheaper than input'],
    ],
    [
      'a cache read with the share of another region',
      [
        ...pair('eu-south-1', '0.481', '4.1', global),
        nova('eu-south-1', `cache-read-input-token-count${global}`, '0.0825'),
      ],
      ['0.0825: a cache read has another share of the input than in other regions'],
    ],
    [
      'a batch price above the flex price',
      [
        ...pair('eu-north-1', '0.33', '2.72', global),
        ...pair('eu-north-1', '0.165', '1.36', `-flex${global}`),
        ...pair('eu-north-1', '0.195', '1.36', `-batch${global}`),
      ],
      ['0.195: the batch price is not 0.5 times the standard one'],
    ],
    [
      'transposed digits',
      [...pair('eu-central-1', '0.429', '3.597'), ...pair('eu-central-1', '0.2145', '1.9785', '-batch')],
      ['1.9785: the batch price is not 0.5 times the standard one'],
    ],
    [
      'a batch price that is not half',
      [...pair('us-east-2', '0.1595', '1.342', '-batch')],
      [
        '0.1595: the batch price is not 0.5 times the standard one',
        '1.342: the batch price is not 0.5 times the standard one',
      ],
    ],
    [
      'a region without an output price',
      [nova('ap-southeast-5', 'input-tokens', '0.42')],
      ['0.42: the list has a price for input here and none for output'],
    ],
    [
      'a region that pays ten times as much',
      pair('sa-east-1', '3.3', '27.5'),
      [
        '27.5: it is over twice, or under half, of what other regions pay',
        '3.3: it is over twice, or under half, of what other regions pay',
      ],
    ],
    [
      'a global price above the regional one',
      [...pair('eu-west-1', '0.374', '3.157'), ...pair('eu-west-1', '0.44', '2.87', global)],
      [
        '0.374: the regional price is not between 1 and 2 times the global one',
        '0.44: the regional price is not between 1 and 2 times the global one',
      ],
    ],
    [
      'a cache write above twice the input',
      [...pair('eu-west-1', '0.374', '3.157'), nova('eu-west-1', 'cache-write-input-token-count', '0.75')],
      ['0.75: a cache write costs over twice the input'],
    ],
  ])('reject %s, and propose nothing of it', (_, slip, expected) => {
    const comparison = compare([...right, ...slip]);
    const rejected = rejectedIn(comparison);

    expect(rejected.sort()).toEqual(expected);
    expect(comparison.proposal.change).toEqual([]);
  });

  it('reject an output below the input', () => {
    expect(rejectedIn(compare(pair('eu-west-1', '3.96', '3.311')))).toEqual([
      '3.96: output is cheaper than input',
      '3.311: output is cheaper than input',
    ]);
  });

  it('reject a long context that is cheaper', () => {
    const haiku = (usageType: string, usd: string) => listing('Claude Haiku 5.5', usageType, usd);

    expect(
      rejectedIn(
        compare([
          haiku('input_tokens_standard', '0.11'),
          haiku('output_tokens_standard', '0.55'),
          haiku('input_tokens_long_ctx_standard', '0.055'),
          haiku('output_tokens_long_ctx_standard', '2.75'),
        ]),
      ),
    ).toEqual(['0.055: a long context is cheaper than a normal one']);
  });

  it('read the long-context cache writes whose unit names no scale', () => {
    const { counts } = compare([
      listing('Claude Haiku 5.5', 'cache_write_tokens_1h_long_ctx_standard', '1.1', {
        unit: 'Units',
        description:
          'AWS Marketplace software usage|us-east-1|Cache Write Tokens 1h - Long Context, Standard',
      }),
    ]);

    expect(counts.agreed).toBe(1);
  });

  it('know the one batch price of three quarters', () => {
    const mistral = (kind: string, usd: string) =>
      product({
        region: 'us-west-2',
        usageType: `USW2-MistralLarge2407-${kind}`,
        attributes: { model: 'Mistral Large 2407' },
        unit: '1M tokens',
        usd,
      });

    expect(
      compare([
        mistral('input-tokens', '2'),
        mistral('output-tokens', '6'),
        mistral('input-tokens-batch', '1.5'),
        mistral('output-tokens-batch', '4.5'),
      ]).counts,
    ).toMatchObject({ agreed: 4, rejected: 0 });
  });
});
