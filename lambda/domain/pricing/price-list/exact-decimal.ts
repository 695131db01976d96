/** Decimals of USD for a million units that a rate can hold. */
const mostDecimals = 12;
const shape = /^(\d{1,12})(?:\.(\d{1,18}))?$/;

/**
 * Moves the point of a decimal text to the right: `0.0000600000` by 3 is `0.06`. Text to text, since a binary float
 * cannot hold most prices.
 *
 * @returns undefined for what is no plain, non-negative decimal number, or is finer than a rate can hold
 */
export function shiftDecimal(text: string, places: number): string | undefined {
  const [, whole, fraction = ''] = shape.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const padded = fraction.padEnd(places, '0');
  const left = (whole + padded.slice(0, places)).replace(/^0+(?=\d)/, '');
  const right = padded.slice(places).replace(/0+$/, '');
  return right.length > mostDecimals ? undefined : right === '' ? left : `${left}.${right}`;
}
