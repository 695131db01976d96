import * as z from 'zod';
import { isCalendarDay } from '../domain/calendar-day.ts';
import { checkOverrides } from '../domain/pricing/check-overrides.ts';
import { priceBook } from '../domain/pricing/price-book.ts';
import { tokenClasses } from '../domain/pricing/price-row.ts';
import { decimal } from './decimal.ts';

const perMillion = decimal(/^\d{1,6}(\.\d{1,12})?$/, 'must be USD for a million tokens, for example "2.70"');
const perUnit = decimal(/^\d{1,6}(\.\d{1,18})?$/, 'must be a price in USD, for example "0.036"');
const day = z.string().refine(isCalendarDay, 'must be a day such as 2026-11-22');
const tokenRates = z.partialRecord(z.enum(tokenClasses), perMillion);

const override = z.strictObject({
  model: z.string().min(1).max(200),
  /** `global`: calls through a global profile; `regional`: all others. Left out: both. */
  scope: z.enum(['global', 'regional']).optional(),
  /** Regions that are called. Left out: every commercial one. */
  regions: z
    .array(z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/, 'must be a Region, for example "us-east-1"'))
    .nonempty()
    .optional(),
  /** Tier that the rates are of: they hold for calls served in it, and where a record tells no tier, as most do. */
  tier: z.enum(['standard', 'flex', 'priority', 'reserved', 'latency-optimised']).optional(),
  /** First and last day (UTC). */
  from: day.optional(),
  until: day.optional(),
  usdPerMillion: tokenRates.optional(),
  longContext: z.strictObject({ above: z.int().positive(), usdPerMillion: tokenRates }).optional(),
  usdPerImage: z.record(z.string().min(1).max(40), perUnit).optional(),
  usdPerSecond: z.record(z.string().min(1).max(40), perUnit).optional(),
  usdPerQuery: perUnit.optional(),
  source: z.string().min(1).max(200).optional(),
  unusual: z.string().min(1).max(200).optional(),
});

/** Exact negotiated rates, which replace list prices and are not multiplied again. */
export const priceOverridesSchema = z.array(override).superRefine((overrides, context) => {
  for (const { index, must } of checkOverrides(overrides, priceBook)) {
    context.addIssue({ code: 'custom', path: [index], message: `must ${must}` });
  }
});
