import type { PriceBook } from '../price-book.ts';
import table from './model-names.json' with { type: 'json' };

export type NamedModel =
  | { readonly kind: 'model'; readonly id: string }
  | { readonly kind: 'excluded'; readonly why: string }
  | { readonly kind: 'unknown' };

const ids = new Map(Object.values(table.names).flatMap((names) => Object.entries(names)));
const excluded = new Map(Object.entries(table.excluded));

/**
 * The model that a name of the price list means: a marketing name of the table, or an id that the book has. Matched
 * exactly: `Claude 3.5 Sonnet` and `Claude 3.5 Sonnet v2`, `Mistral Large` and `Mistral Large 3` differ in price.
 */
export function modelNamed(name: string, book: PriceBook): NamedModel {
  const key = name.replace(/\s+/g, ' ').trim();
  const why = excluded.get(key);
  if (why !== undefined) {
    return { kind: 'excluded', why };
  }
  const id = ids.get(key) ?? book.find(key)?.id;
  return id === undefined ? { kind: 'unknown' } : { kind: 'model', id };
}

/** Every id that the table leads to. */
export const namedIds: readonly string[] = [...new Set(ids.values())];
