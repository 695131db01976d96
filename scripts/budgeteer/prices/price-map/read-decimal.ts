import type { Rate } from '../../../../lambda/domain/money.ts';

const shape = /^(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;
/** Decimals of a rate: it counts atto-dollars. */
const decimals = 18;

/**
 * Reads a price for one unit as a price map writes it (`3e-06`, `0.04`), from the digits and never through a float. What is finer
 * than a rate can hold is rounded to it: maps have noise such as `3.5999999999999996e-06`, left over from somebody's division.
 *
 * @returns undefined for what is no plain, non-negative number
 */
export function readDecimal(text: string): Rate | undefined {
  const [, whole, fraction = '', exponent = '0'] = shape.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const places = decimals - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (places >= 0) return digits * 10n ** BigInt(places);
  return ((digits * 2n) / 10n ** BigInt(-places) + 1n) / 2n;
}
