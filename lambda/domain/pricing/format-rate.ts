import type { Rate } from '../money.ts';

const unitsPerMillion = 10n ** 6n;

/** Writes a rate as USD for a million units, exactly and without trailing zeros: `0.0825`. */
export function formatPerMillion(rate: Rate): string {
  return decimal(rate * unitsPerMillion);
}

/** Writes a rate as USD for one unit: `0.04`. */
export function formatPerUnit(rate: Rate): string {
  return decimal(rate);
}

function decimal(attos: bigint): string {
  const digits = attos.toString().padStart(19, '0');
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -18) : `${digits.slice(0, -18)}.${fraction}`;
}
