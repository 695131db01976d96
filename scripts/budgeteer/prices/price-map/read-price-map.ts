import type { Rate } from '../../../../lambda/domain/money.ts';
import { InputError } from '../../../command-line/input-error.ts';
import { isPrice, type MapField, mapField } from './map-field.ts';
import { type MapKey, readMapKey } from './map-key.ts';
import { readDecimal } from './read-decimal.ts';

/** One price of a map, for one unit. */
export interface MapPrice {
  readonly name: string;
  readonly field: MapField;
  readonly rate: Rate;
}

/** What a map says of one model in one place. */
export interface MapEntry {
  readonly key: string;
  readonly place: MapKey;
  readonly prices: readonly MapPrice[];
  /** Prices that no rule reads, by their names. */
  readonly unread: readonly string[];
}

export interface PriceMap {
  readonly entries: readonly MapEntry[];
  /** Keys of other providers than Bedrock. */
  readonly others: number;
  /** Keys of capacity that is bought by the month: no price of a call. */
  readonly commitments: number;
}

/**
 * Reads a price map as LiteLLM publishes one: model → its prices for one unit, beside limits and capabilities. Only what its
 * `litellm_provider` says is Bedrock's is taken. Numbers are read from their digits, because a float is no money.
 *
 * @throws InputError where the text is no such map, or has nothing of Bedrock's
 */
export function readPriceMap(text: string, from: string): PriceMap {
  const all = Object.entries(parse(text, from)).filter(([key]) => key !== 'sample_spec');
  const ours = all.filter(([, entry]) => /^bedrock/.test(String(entryOf(entry)['litellm_provider'] ?? '')));
  if (ours.length === 0) {
    throw new InputError(
      `${from} names no model of Bedrock: give a map whose entries say "litellm_provider": "bedrock" or "bedrock_converse".`,
    );
  }
  const read = ours.map(([key, entry]) => readEntry(key, entryOf(entry)));
  return {
    entries: read.filter(({ place }) => !place.commitment),
    others: all.length - ours.length,
    commitments: read.filter(({ place }) => place.commitment).length,
  };
}

type Fields = Readonly<Record<string, unknown>>;

const entryOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function readEntry(key: string, entry: Fields): MapEntry {
  const priced = Object.entries(entry).filter(([name, value]) => value !== null && isPrice(name));
  const prices = priced.flatMap(([name, value]) => {
    const field = mapField(name);
    const rate = typeof value === 'string' ? readDecimal(value) : undefined;
    return field === undefined || rate === undefined ? [] : [{ name, field, rate }];
  });
  const known = new Set(prices.map(({ name }) => name));
  return {
    key,
    place: readMapKey(key),
    prices,
    unread: priced.map(([name]) => name).filter((name) => !known.has(name)),
  };
}

function parse(text: string, from: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text, digits);
  } catch (error) {
    throw new InputError(`${from} cannot be read as JSON: ${(error as Error).message}.`);
  }
  if (Array.isArray(value) || typeof value !== 'object' || value === null) {
    throw new InputError(`${from} is no price map: give one JSON object, model → prices.`);
  }
  return value as Fields;
}

/** A number as its digits stand in the text. */
const digits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value;
