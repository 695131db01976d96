import fc from 'fast-check';
import { readPriceList } from '../../../../lambda/domain/pricing/price-list/read-price-list.ts';
import { listing, pair, product } from './product-builder.ts';

describe('readPriceList', () => {
  it('takes SKUs that agree for one rate, whichever offer they are in', () => {
    const list = readPriceList([
      product({
        usageType: 'USE1-Claude4Sonnet-input-tokens',
        attributes: { model: 'Claude Sonnet 4' },
        usd: '0.003',
      }),
      listing('Claude Sonnet 4', 'InputTokenCount', '3.0000000000'),
    ]);

    expect(list.rates).toHaveLength(1);
    expect(list.collisions).toEqual([]);
  });

  it('reports two prices for one thing and uses neither', () => {
    const list = readPriceList([
      product({ sku: 'B', usd: '0.00006' }),
      product({ sku: 'A', usd: '0.00007' }),
    ]);

    expect(list.rates).toEqual([]);
    expect(list.collisions).toMatchObject([
      {
        key: 'amazon.nova-lite-v1:0 us-east-1 regional standard normal input',
        rates: [
          { sku: 'A', ratePerMillion: '0.07' },
          { sku: 'B', ratePerMillion: '0.06' },
        ],
      },
    ]);
  });

  it('names the models that no rule knows', () => {
    const list = readPriceList([
      product({ attributes: { model: 'Nova Giga' } }),
      listing('Claude Epos 7', 'InputTokenCount', '1'),
    ]);

    expect(list.unknownNames).toEqual(['Claude Epos 7', 'Nova Giga']);
    expect(list.skipped).toEqual({ 'unknown-model': 2 });
  });

  it('does not depend on the order of the products', () => {
    const products = [
      ...pair('us-east-1', '0.33', '2.75'),
      ...pair('us-east-1', '0.3', '2.5', '-cross-region-global'),
      product({ usd: '0.00006' }),
      product({ usd: '0.00007' }),
      product({ attributes: { model: 'Nova Giga' } }),
    ];
    const { open: _, ...expected } = readPriceList(products);
    fc.assert(
      fc.property(fc.shuffledSubarray(products, { minLength: products.length }), (order) => {
        const { rates, collisions, ...rest } = readPriceList(order);

        expect(new Set(rates)).toEqual(new Set(expected.rates));
        expect(collisions).toEqual(expected.collisions);
        expect(rest).toMatchObject({ skipped: expected.skipped, unknownNames: expected.unknownNames });
      }),
    );
  });
});
