import type { Failure } from './state.ts';

/** IAM and quotas need people or minutes, not seconds. */
const retryAfterMs = 5 * 60_000;

/** A failed enforcement, to be tried again by the sweep. */
export function failureAt(now: Date, error: string): Failure {
  return { at: now.toISOString(), retryAt: new Date(now.getTime() + retryAfterMs).toISOString(), error };
}
