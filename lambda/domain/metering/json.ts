/** Careful reads of parsed JSON that somebody else wrote: a wrong shape is "not there", never an error. */

export type JsonObject = Record<string, unknown>;

/** More tokens than any call can have; what is above it is a broken number. */
const largestCount = 1_000_000_000_000;

/** The value as an object; undefined for lists, null and everything else. */
export function objectIn(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** An own property: `__proto__` and `constructor` are only there where the JSON has them. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current: unknown = value;
  for (let index = 0; index < path.length; index += 1) {
    const key = path[index] as string;
    const object = objectIn(current);
    if (object === undefined) return undefined;
    const found = object[key];
    // JSON holds no functions: one is inherited. Asking for that is twice as fast as asking whether each key is an own one.
    if (typeof found === 'function' || (key === '__proto__' && !Object.hasOwn(object, key))) return undefined;
    current = found;
  }
  return current;
}

/** A count as AWS writes it; strings, booleans, fractions and negative numbers are none. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestCount
    ? value + 0
    : undefined;
}

/** A text with something in it; half a surrogate pair, which no store takes, is replaced. */
export function textIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/\S/.test(value)) return undefined;
  return surrogate.test(value) ? value.toWellFormed() : value;
}

const surrogate = /[\uD800-\uDFFF]/;
