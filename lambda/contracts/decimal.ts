import * as z from 'zod';

/**
 * An exact decimal, written as a text or as a number: JavaScript prints a number digit for digit, or with an exponent,
 * which no pattern takes.
 */
export const decimal = (pattern: RegExp, message: string) =>
  z.preprocess(
    (given) => (typeof given === 'number' ? String(given) : given),
    z.string().regex(pattern, { error: message, abort: true }),
  ) as unknown as z.ZodType<string, string | number>;
