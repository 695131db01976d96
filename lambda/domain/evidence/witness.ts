import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { type Counted, countedOf, nothingCounted } from './counted.ts';

/**
 * What Bedrock's own objects may leave open against AWS's counters before they count as behind: calls that were under way at
 * the edge of the span are counted on one side of it and logged on the other.
 */
export const witnessTolerance = 0.002;

/**
 * How far the two witnesses agree about one model. `living`: Bedrock's objects hold what AWS counted. `behind`: they hold
 * less, so what is missing may still come. `silent`: no counter tells of the model, which is not the same as counting nothing.
 */
export type Witness = 'living' | 'behind' | 'silent';

const measures = ['calls', 'input', 'output', 'cacheRead', 'cacheWrite', 'images'] as const;
type Measure = (typeof measures)[number];

/**
 * @param counted what AWS counted; undefined where no counter tells of the model
 * @param held what Bedrock's objects hold of the model
 */
export function witnessOf(counted: Counted | undefined, held: Counted = nothingCounted): Witness {
  if (counted === undefined) return 'silent';
  const told = tokenMeasures(counted);
  // Failed calls may be counted as calls: where tokens are counted, they are what matters.
  const judged: readonly Measure[] = told.length > 0 ? told : ['calls'];
  const behind = judged.some(
    (measure) => missing(measure, counted, held) > witnessTolerance * (counted[measure] ?? 0),
  );
  return behind ? 'behind' : 'living';
}

const tokenMeasures = (counted: Counted): Measure[] =>
  (['input', 'output'] as const).filter((measure) => counted[measure] !== undefined);

const missing = (measure: Measure, counted: Counted, held: Counted): number =>
  Math.max(0, (counted[measure] ?? 0) - (held[measure] ?? 0));

/**
 * Those of a model's claims without a copy in Bedrock's objects that no call can stand behind. Each true claim is part of
 * what AWS counted and is missing in the objects: what is more than is missing is none. Where the objects are behind, only
 * claims that are too large by themselves fall, since nobody can say which of the others are true; where they hold what was
 * counted, all fall that together are more than the rest which is missing. Without a counter none does.
 * @param claims about one model, without a copy
 */
export function fallen(
  claims: readonly LedgerEntry[],
  counted: Counted | undefined,
  held: Counted = nothingCounted,
): LedgerEntry[] {
  const witness = witnessOf(counted, held);
  if (counted === undefined) return [];
  const tooLarge = claims.filter((claim) => exceeds(countedOf(claim), counted, held));
  if (witness === 'behind') return tooLarge;
  const all = claims.map(countedOf).reduce(sum, { ...nothingCounted });
  return exceeds(all, counted, held) ? [...claims] : [];
}

/** Whether more of anything is claimed than is missing, of what is counted at all. */
const exceeds = (claimed: Counted, counted: Counted, held: Counted): boolean =>
  measures
    .filter((measure) => counted[measure] !== undefined)
    .some((measure) => (claimed[measure] ?? 0) > missing(measure, counted, held));

const sum = (one: Counted, other: Counted): Counted =>
  Object.fromEntries(
    measures.map((measure) => [measure, (one[measure] ?? 0) + (other[measure] ?? 0)]),
  ) as unknown as Counted;
