import fc from 'fast-check';
import {
  costOf,
  formatUsd,
  formatUsdShort,
  MoneyFormatError,
  parseUsd,
  ratePerMillion,
  ratePerUnit,
} from '../../lambda/domain/money.ts';

describe('parseUsd', () => {
  it.each([
    ['0', 0n],
    ['12', 12_000_000_000n],
    ['10.25', 10_250_000_000n],
    ['0.000000001', 1n],
    ['-0.5', -500_000_000n],
    ['1.1000000000000', 1_100_000_000n],
  ])('reads %s', (text, expected) => {
    expect(parseUsd(text)).toBe(expected);
  });

  it.each(['', ' 1', '1.', '.5', '1e3', '+1', '1,000', 'NaN', '0x10', '٣', '0.0000000001', '9'.repeat(41)])(
    'refuses %j',
    (text) => {
      expect(() => parseUsd(text)).toThrow(MoneyFormatError);
    },
  );

  it('reads back what formatUsd writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (amount) => {
        expect(parseUsd(formatUsd(amount))).toBe(amount);
      }),
    );
  });
});

describe('formatUsd', () => {
  it.each([
    [10_250_000_000n, '10.250000000'],
    [0n, '0.000000000'],
    [1n, '0.000000001'],
    [-1_500_000_000n, '-1.500000000'],
  ])('writes %s with nine decimals', (amount, expected) => {
    expect(formatUsd(amount)).toBe(expected);
  });
});

describe('formatUsdShort', () => {
  it.each([
    ['10.25', '$10.25'],
    ['0', '$0.00'],
    ['0.009999999', '<$0.01'],
    ['0.01', '$0.01'],
    ['0.125', '$0.12'],
    ['0.135', '$0.14'],
    ['0.125000001', '$0.13'],
    ['999.995', '$1,000.00'],
    ['1234567.5', '$1,234,567.50'],
    ['-0.001', '-<$0.01'],
    ['-1234.5', '-$1,234.50'],
  ])('shows %s as %s', (text, expected) => {
    expect(formatUsdShort(parseUsd(text))).toBe(expected);
  });
});

describe('costOf', () => {
  it('prices a million tokens at the list price', () => {
    expect(costOf([{ quantity: 1_000_000, rate: ratePerMillion('3.75') }])).toBe(parseUsd('3.75'));
  });

  it('keeps rates that are finer than a nano-dollar', () => {
    expect(costOf([{ quantity: 1000, rate: ratePerMillion('0.00875') }])).toBe(8_750n);
    expect(costOf([{ quantity: 1, rate: ratePerUnit('0.04') }])).toBe(parseUsd('0.04'));
  });

  it('rounds once, after adding: two halves make a whole', () => {
    const half = { quantity: 1, rate: ratePerMillion('0.0005') };

    expect(costOf([half])).toBe(0n);
    expect(costOf([half, half])).toBe(1n);
  });

  it.each([
    ['0.0005', 0n],
    ['0.0015', 2n],
    ['0.0025', 2n],
    ['0.002500000001', 3n],
    ['0.0035', 4n],
  ])('rounds one token at %s per million half to even', (price, expected) => {
    expect(costOf([{ quantity: 1, rate: ratePerMillion(price) }])).toBe(expected);
  });

  it('never strays more than half a nano-dollar from the exact sum', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 0, max: 1_000_000_000_000 }),
      rate: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const exact = lines.reduce((sum, { quantity, rate }) => sum + BigInt(quantity) * rate, 0n);
        const error = costOf(lines) * 1_000_000_000n - exact;

        expect(error <= 500_000_000n && error >= -500_000_000n).toBe(true);
      }),
    );
  });
});
