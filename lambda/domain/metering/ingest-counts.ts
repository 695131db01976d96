import type { NanoUsd } from '../money.ts';
import type { IgnoredReason } from './invocation.ts';

/** Each line is counted in exactly one of these. */
export interface IngestCounts {
  posted: number;
  unpriced: number;
  duplicates: number;
  ignored: Record<IgnoredReason, number>;
  quarantined: number;
}

export const noCounts = (): IngestCounts => ({
  posted: 0,
  unpriced: 0,
  duplicates: 0,
  ignored: { failed: 0, throttled: 0, notice: 0, control: 0, sidecar: 0 },
  quarantined: 0,
});

/** What became of a delivery. Only a delivery that succeeded counts: one that failed comes again, whole. */
export interface Ingested {
  readonly counts: IngestCounts;
  /** Of what was posted, ceilings included. */
  spent: NanoUsd;
  /** Of what was posted: calls whose price rests on an assumption. */
  assumed: number;
  /** What more these would cost if what was assumed were the most expensive case. */
  worstCase: NanoUsd;
  /** Start of the oldest call that was posted. */
  oldest: Date | undefined;
  /** Arrival of the delivery that waited longest, of those that brought something to post. */
  arrived: Date | undefined;
  /** From a posted call to its line's arrival, of the slowest, ms. */
  deliveryMs: number;
}

export const nothingIngested = (): Ingested => ({
  counts: noCounts(),
  spent: 0n,
  assumed: 0,
  worstCase: 0n,
  oldest: undefined,
  arrived: undefined,
  deliveryMs: 0,
});

/** Notes when the lines of one delivery arrived. Clocks differ: a line cannot have come before its call. */
export function arrivedAt(ingested: Ingested, arrived: Date): Ingested {
  if (ingested.oldest === undefined) return ingested;
  const deliveryMs = Math.max(0, arrived.getTime() - ingested.oldest.getTime());
  return { ...ingested, arrived, deliveryMs };
}

/** Adds `part` to `total`. */
export function addIngested(total: Ingested, part: Ingested): void {
  for (const key of ['posted', 'unpriced', 'duplicates', 'quarantined'] as const) {
    total.counts[key] += part.counts[key];
  }
  for (const reason of Object.keys(part.counts.ignored) as IgnoredReason[]) {
    total.counts.ignored[reason] += part.counts.ignored[reason];
  }
  total.spent += part.spent;
  total.assumed += part.assumed;
  total.worstCase += part.worstCase;
  total.oldest = older(total.oldest, part.oldest);
  total.arrived = older(total.arrived, part.arrived);
  total.deliveryMs = Math.max(total.deliveryMs, part.deliveryMs);
}

export const older = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
