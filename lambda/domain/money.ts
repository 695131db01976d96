import { remembered } from './remembered.ts';

/**
 * Money is an integer count of nano-dollars, so that adding a million small costs loses nothing. Rates are exact
 * decimals; a cost is rounded once, after all lines of a record are added.
 */

/** Integer count of nano-dollars: 1e-9 USD. */
export type NanoUsd = bigint;

/** Exact price of one unit (token, image, second) in atto-dollars: 1e-18 USD. */
export type Rate = bigint;

/** SwitchOutcome for a text that is not a decimal amount, or that is finer than the unit can hold. */
export class MoneyFormatError extends Error {
  override name = 'MoneyFormatError';
}

const nanoDecimals = 9;
const attoDecimals = 18;
const millionDecimals = 6;
const nanosPerDollar = 10n ** 9n;
const nanosPerCent = 10n ** 7n;
const attosPerNano = 10n ** 9n;

/** Longer texts are refused before they are read: a bigint parse is not free. */
const longestAmount = 40;

/** Reads an amount in USD (`12`, `12.50`, `-0.000000001`). @throws MoneyFormatError */
export const parseUsd: (text: string) => NanoUsd = remembered((text) => parseDecimal(text, nanoDecimals));

/** Writes all nine decimals, so that no two amounts look alike: `10.250000000`. */
export function formatUsd(amount: NanoUsd): string {
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = (magnitude % nanosPerDollar).toString().padStart(nanoDecimals, '0');
  return `${amount < 0n ? '-' : ''}${magnitude / nanosPerDollar}.${fraction}`;
}

/** Writes an amount for people, to the cent: `$1,234.50`; what is less than a cent but not nothing is `<$0.01`. */
export function formatUsdShort(amount: NanoUsd): string {
  const magnitude = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? '-' : '';
  if (magnitude > 0n && magnitude < nanosPerCent) {
    return `${sign}<$0.01`;
  }
  const cents = divideHalfEven(magnitude, nanosPerCent);
  const dollars = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}$${dollars}.${(cents % 100n).toString().padStart(2, '0')}`;
}

/** Reads a list price given in USD for a million units. @throws MoneyFormatError */
export function ratePerMillion(text: string): Rate {
  return parseDecimal(text, attoDecimals - millionDecimals);
}

/** Reads a list price given in USD for one unit. @throws MoneyFormatError */
export function ratePerUnit(text: string): Rate {
  return parseDecimal(text, attoDecimals);
}

/** One priced quantity of a record: whole units, not negative. */
export interface CostLine {
  readonly quantity: number | bigint;
  readonly rate: Rate;
}

/** A factor of 1 in billionths. */
export const unchanged = 10n ** 9n;

/**
 * Adds the lines exactly, times each factor (in billionths: of a tier, of a contract), then rounds once, half to even.
 */
export function costOf(lines: readonly CostLine[], factors: readonly bigint[] = []): NanoUsd {
  let [attos, scale] = [0n, attosPerNano];
  for (const { quantity, rate } of lines) if (quantity > 0) attos += BigInt(quantity) * rate;
  for (const factor of factors) {
    if (factor === unchanged) continue;
    attos *= factor;
    scale *= unchanged;
  }
  return divideHalfEven(attos, scale);
}

/** Divides and rounds half to even; works for negative numerators, where `/` would truncate. */
function divideHalfEven(numerator: bigint, divisor: bigint): bigint {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const quotient = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

function parseDecimal(text: string, decimals: number): bigint {
  const match = text.length <= longestAmount ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null;
  const [, sign, whole, fraction = ''] = match ?? [];
  if (whole === undefined) {
    throw new MoneyFormatError(
      `"${text.slice(0, longestAmount)}" is no amount: write a decimal number such as 12.50.`,
    );
  }
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) {
    throw new MoneyFormatError(`"${text}" is too fine: at most ${decimals} decimals can be kept.`);
  }
  const units = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return sign === '-' ? -units : units;
}
