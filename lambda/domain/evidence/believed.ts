import { type CostLine, costOf, type NanoUsd } from '../money.ts';
import type { CeilingRates } from '../pricing/ceiling.ts';
import type { CountedModels } from './counted.ts';

/** The most expensive that calls of one model can cost, by what AWS counts of them. */
export interface CallBounds {
  readonly rates: CeilingRates;
  /** The most tokens that one call can hold. */
  readonly context: number;
  /** What one call can cost beside tokens: pictures, seconds, documents. Nano-USD. */
  readonly pieces: NanoUsd;
}

/**
 * What calls that AWS counted can have cost at most: their tokens at the model's most expensive price, and what no counter
 * measures (cache, pictures, seconds) as calls times the most expensive call. Never less than they did cost.
 * @param boundsOf undefined for a model without a price: its claims are ceilings, which no pool counts
 */
export function roomOf(counted: CountedModels, boundsOf: (model: string) => CallBounds | undefined): NanoUsd {
  let room = 0n;
  for (const [model, { calls, input, output, cacheRead, cacheWrite, images }] of counted) {
    const highest = boundsOf(model);
    if (highest === undefined) continue;
    const { rates, context, pieces } = highest;
    const { tokens } = rates;
    const write = [tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWrite30m].reduce(most);
    const lines: CostLine[] = [
      { quantity: input ?? calls * context, rate: tokens.input },
      { quantity: output ?? calls * context, rate: tokens.output },
      // Read or written: where one is counted and the other not, the other can be all the rest.
      { quantity: cacheWrite ?? calls * context, rate: write },
      { quantity: cacheRead ?? (cacheWrite === undefined ? 0 : calls * context), rate: tokens.cacheRead },
      { quantity: images ?? 0, rate: rates.image },
    ];
    room += costOf(lines) + (images === undefined ? BigInt(calls) * pieces : 0n);
  }
  return room;
}

const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** What is known of a balance. */
export interface Unproven {
  /** All that counts, nano-USD, claims included. */
  readonly spent: NanoUsd;
  /** The part that is claimed and not proven yet. */
  readonly claims: NanoUsd;
  /** What AWS's counters leave room for since the last proven hour; undefined where nobody reads them: all is believed. */
  readonly room: NanoUsd | undefined;
  /** Of a pool: what all others claim. Counters know no team, so a pool is believed what the others' claims leave. */
  readonly otherClaims?: NanoUsd | undefined;
}

/**
 * What may act on more than its own payer: what is proven, and claims as far as AWS's counters leave room for them. Junk
 * claims never hold back what is believed without them.
 */
export function believedOf({ spent, claims, room, otherClaims = 0n }: Unproven): NanoUsd {
  if (room === undefined) return spent;
  const open = claims > 0n ? claims : 0n;
  const left = room > otherClaims ? room - otherClaims : 0n;
  return spent - open + (open < left ? open : left);
}
