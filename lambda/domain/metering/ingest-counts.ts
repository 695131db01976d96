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
  /** Start of the oldest call that was posted. */
  oldest: Date | undefined;
}

export const nothingIngested = (): Ingested => ({ counts: noCounts(), spent: 0n, oldest: undefined });

/** Adds `part` to `total`. */
export function addIngested(total: Ingested, part: Ingested): void {
  for (const key of ['posted', 'unpriced', 'duplicates', 'quarantined'] as const) {
    total.counts[key] += part.counts[key];
  }
  for (const reason of Object.keys(part.counts.ignored) as IgnoredReason[]) {
    total.counts.ignored[reason] += part.counts.ignored[reason];
  }
  total.spent += part.spent;
  total.oldest = older(total.oldest, part.oldest);
}

export const older = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
