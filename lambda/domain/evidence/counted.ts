import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { promptTokens } from '../metering/tokens.ts';

/**
 * What AWS itself counted of one model in one Region, or what log records of it add up to. Undefined is what nobody
 * counts: a model without a metric of that kind. Source of the metrics: "Monitor bedrock-runtime inference using CloudWatch
 * metrics"; whether `InputTokenCount` holds what a cache served is not documented, so the smaller reading is taken.
 */
export interface Counted {
  readonly calls: number;
  /** Net of the cache, as records count it. */
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly images?: number | undefined;
}

/** By model: the price book's name of what the caller named, or the caller's spelling. */
export type CountedModels = ReadonlyMap<string, Counted>;

export const nothingCounted: Counted = {
  calls: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  images: 0,
};

export function countedOf({ usage }: Pick<LedgerEntry, 'usage'>): Counted {
  const { input = 0, output = 0, cacheRead = 0, images = 0 } = usage ?? {};
  const cacheWrite = usage === undefined ? 0 : promptTokens(usage) - input - cacheRead;
  return { calls: 1, input, output, cacheRead, cacheWrite, images };
}

/** Adds what both count; what one of them does not count, the sum does not either. */
export const addCounted = (one: Counted, other: Counted): Counted => ({
  calls: one.calls + other.calls,
  input: added(one.input, other.input),
  output: added(one.output, other.output),
  cacheRead: added(one.cacheRead, other.cacheRead),
  cacheWrite: added(one.cacheWrite, other.cacheWrite),
  images: added(one.images, other.images),
});

const added = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one + other;

/** Sums of entries by the model that their callers named. */
export function countedModels<T extends Pick<LedgerEntry, 'usage'>>(
  entries: readonly T[],
  modelOf: (entry: T) => string,
): Map<string, Counted> {
  const sums = new Map<string, Counted>();
  for (const entry of entries) {
    const model = modelOf(entry);
    sums.set(model, addCounted(sums.get(model) ?? nothingCounted, countedOf(entry)));
  }
  return sums;
}
