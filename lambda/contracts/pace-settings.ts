import * as z from 'zod';
import { measuredDelays } from '../domain/pace/delays.ts';
import { mostHistoryMinutes } from '../domain/pace/velocity.ts';

const seconds = z.number().min(0).max(3_600);

/** Seconds that pass before a deny takes effect; a stage that has measured its own says so. The grace period is its own setting. */
export const delaysSchema = z.strictObject({
  logSeconds: seconds.default(measuredDelays.logSeconds),
  processingSeconds: seconds.default(measuredDelays.processingSeconds),
  iamSeconds: seconds.default(measuredDelays.iamSeconds),
  requestSeconds: seconds.default(measuredDelays.requestSeconds),
});

/** Suspends below the limit, so that what is already under way still fits. */
export const earlyStopSchema = z.strictObject({
  enabled: z.boolean().default(false),
  /** No more of a limit than this is ever kept back. */
  maxMarginPercent: z.number().gt(0).max(50).default(10),
  delays: delaysSchema.prefault({}),
});

/** What a sudden jump in spend per minute does, long before a budget is used up. */
export const velocitySchema = z.strictObject({
  /** How many times the own baseline is too fast. */
  multiple: z.number().min(2).max(1_000).default(8),
  /** Below this nobody is too fast. */
  floorUsdPerMinute: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,9})?$/, 'must be an amount in USD a minute, for example "1.00"')
    .default('1.00'),
  coolDownMinutes: z.int().min(5).max(1_440).default(15),
  /** Minutes with spend before anybody is judged. */
  minimumMinutes: z.int().min(5).max(mostHistoryMinutes).default(10),
  /** Without `restrict` it only tells. */
  do: z
    .array(z.enum(['notify', 'restrict']))
    .nonempty()
    .default(['notify']),
});
