import { at } from './json.ts';

/** What a call was labelled with, of the configured keys. */
export type Labels = Readonly<Record<string, string>>;

/** Stands for every value of a key beyond those that are kept. */
export const otherLabel = '(other)';

/** Longer values are cut: a label is a name, not a text. */
export const longestLabel = 64;
/** What is cut is not read further: a value may be megabytes long. */
const looked = 4 * longestLabel;

/**
 * The configured keys of a record's `requestMetadata`, for analysis only: the caller writes them, so they decide
 * nothing. Only these keys are read, whatever else there is; what is not a text, or empty once cleaned, is none.
 */
export function readLabels(record: unknown, keys: readonly string[]): Labels | undefined {
  const labels = keys.flatMap((key) => {
    const value = labelOf(at(record, 'requestMetadata', key));
    return value === undefined ? [] : [[key, value] as const];
  });
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

/** Printable characters on one line: no control or formatting characters, no half surrogates. */
function labelOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value
    .slice(0, looked)
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .normalize('NFC')
    .trim();
  const cut = [...clean].slice(0, longestLabel).join('').trim();
  return cut === '' ? undefined : cut;
}
