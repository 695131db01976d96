import { backfillToleranceMs } from './pace.ts';

/**
 * Whether a record tells of what is being spent now. Older ones arrive by a backfill or after an outage: money that
 * counts against the budget, and says nothing of today's pace.
 * @param timestamp of the record, ISO 8601 UTC
 * @param now when it is posted
 */
export const isLive = (timestamp: string, now: Date): boolean =>
  now.getTime() - Date.parse(timestamp) <= backfillToleranceMs;
