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
