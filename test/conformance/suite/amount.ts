/** Dollars as an exact count of 1e-18 USD: wide enough for the price of one token, and no float. */
export type Amount = bigint;

const decimals = 18;
const shape = /^(-?)(\d{1,30})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Reads a decimal number of dollars from its digits. @returns undefined for what is none */
export function readAmount(text: string): Amount | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = shape.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const places = decimals - fraction.length + Number(exponent);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
}

/** Writes dollars without trailing zeros: `0.0825`. */
export function writeAmount(amount: Amount): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, -decimals) : `${digits.slice(0, -decimals)}.${fraction}`;
  return amount < 0n ? `-${text}` : text;
}

/** JSON with each number as its digits stand in the text, so that no amount passes through a float. */
export function parseExactly(text: string): unknown {
  const digits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, digits);
}
