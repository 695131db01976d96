import fc from 'fast-check';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { matchesPayer } from '../../../lambda/domain/usage-events/payer-pattern.ts';
import { formatMicros, microsOf, usageCost } from '../../../lambda/domain/usage-events/quantity.ts';

describe('A quantity', () => {
  it.each([
    [1, 1_000_000n],
    [0.000001, 1n],
    [0.1, 100_000n],
    [999_999_999.999999, 999_999_999_999_999n],
    [1e9, 1_000_000_000_000_000n],
  ])('%s is exactly what was written', (quantity, micros) => {
    expect(microsOf(quantity)).toBe(micros);
  });

  it.each([0.0000001, 1.1234567, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e21])(
    '%s is none',
    (quantity) => {
      expect(microsOf(quantity)).toBeUndefined();
    },
  );

  it('of up to six decimals comes through JSON to the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 }), (micros) => {
        const text = formatMicros(BigInt(micros));
        expect(microsOf(JSON.parse(text))).toBe(BigInt(micros));
      }),
    );
  });
});

describe('A cost', () => {
  const perCall = { unitUsd: '0.002', free: 100_000_000n };

  it.each([
    ['within the free tier', 0n, 100_000_000n, '0', 0n],
    ['across its edge', 90_000_000n, 15_000_000n, '0.01', 5_000_000n],
    ['beyond it', 100_000_000n, 2_500_000n, '0.005', 2_500_000n],
  ])('%s is what is beyond', (_, before, quantity, usd, billable) => {
    expect(usageCost(perCall, before, quantity)).toEqual({ cost: parseUsd(usd), billable });
  });

  it('without a free tier hangs on nothing that came before', () => {
    const price = { unitUsd: '0.000000001', free: 0n };

    expect(usageCost(price, 12_345n, 500_000n)).toEqual({ cost: 0n, billable: 500_000n });
    expect(usageCost(price, 0n, 1_500_000n)).toEqual({ cost: 2n, billable: 1_500_000n });
  });

  it('of a month is the same in every order, and what its total costs, rounded once', () => {
    const price = fc.record({
      unitUsd: fc.constantFrom('0.002', '0.0000000003', '1.000000000000000001', '12.5'),
      free: fc.bigInt({ min: 1n, max: 10n ** 10n }),
    });
    const quantities = fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(price, quantities, fc.infiniteStream(fc.nat()), (rate, parts, random) => {
        const inOrder = (order: readonly bigint[]) => {
          let used = 0n;
          return order.reduce((sum, quantity) => {
            const { cost } = usageCost(rate, used, quantity);
            expect(cost).toBeGreaterThanOrEqual(0n);
            used += quantity;
            return sum + cost;
          }, 0n);
        };
        const total = parts.reduce((sum, part) => sum + part, 0n);
        const shuffled = parts
          .map((part) => [random.next().value as number, part] as const)
          .sort(([a], [b]) => a - b)
          .map(([, part]) => part);

        expect(inOrder(shuffled)).toBe(inOrder(parts));
        expect(inOrder(parts)).toBe(usageCost(rate, 0n, total).cost);
      }),
    );
  });
});

describe('A pattern of payers', () => {
  it.each([
    ['user/*', 'user/alice', true],
    ['user/*', 'role/alice', false],
    ['user/*', 'user/', true],
    ['role/App', 'role/App', true],
    ['role/App', 'role/Apple', false],
    ['role/App', 'role/App/session', false],
    ['role/App/*', 'role/App/ann@example.com', true],
    ['role/*-agent', 'role/research-agent', true],
    ['role/a*b*c', 'role/a-b-b-c', true],
    ['role/a*b*c', 'role/ac', false],
    ['role/ab*ba', 'role/aba', false],
    ['user/a.b', 'user/axb', false],
  ])('%s, asked about %s, answers %s', (pattern, subject, answer) => {
    expect(matchesPayer(pattern, subject)).toBe(answer);
  });
});
