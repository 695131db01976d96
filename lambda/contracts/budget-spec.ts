import * as z from 'zod';
import { matchesModel } from '../domain/control/model-pattern.ts';
import { priceBook } from '../domain/pricing/price-book.ts';
import { type BudgetSpec, priorities, rungActions } from '../domain/settings.ts';
import { refuseHalt } from './budget-place.ts';
import { decimal } from './decimal.ts';

/** How a budget is written: in a stage's settings, in budget files, in the table. */

/** An amount in USD: a decimal string, or a number. */
export const usd = decimal(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount in USD, for example "50.00"');
/** Who can pay: an id as the ledger has it, without an IAM path. */
export const principal = z
  .string()
  .regex(
    /^(\d{12}:)?(user\/[\w+=,.@-]{1,64}|role\/[\w+=,.@-]{1,64}(\/[\w+=,.@-]{1,64})?|federated\/[\w+=,.@-]{1,64}|root|unknown)$/,
    'must be user/NAME, role/NAME, role/NAME/SESSION, federated/NAME, root or unknown, without an IAM path',
  );

export const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role, without role/');

const threshold = z.strictObject({
  at: z
    .string()
    .regex(/^\d+(\.\d+)?%$|^\d+(\.\d+)? USD$/, 'must be a share ("80%") or an amount ("4.50 USD")'),
  do: z.array(z.enum(rungActions)).nonempty(),
});

const limits = {
  priority: z.enum(priorities).optional(),
  dayUsd: usd.optional(),
  weekUsd: usd.optional(),
  monthUsd: usd.optional(),
  /** At most 20: all that one balance can cross has to fit into one transaction. */
  thresholds: z
    .array(threshold)
    .nonempty()
    .max(20)
    .refine(
      (rungs) => new Set(rungs.map(({ at }) => at)).size === rungs.length,
      'must name each threshold once, with all that it does',
    )
    .optional(),
};

const atLeastOneLimit = (spec: Pick<BudgetSpec, 'dayUsd' | 'weekUsd' | 'monthUsd'>) =>
  spec.dayUsd !== undefined || spec.weekUsd !== undefined || spec.monthUsd !== undefined;
const needsALimit = 'needs at least one of dayUsd, weekUsd, monthUsd';

/** A model of the price book, or all of a provider's. */
const modelPattern = z
  .string()
  .refine(
    (pattern) => priceBook.models.some(({ id }) => matchesModel(pattern, id)),
    'must be a model of the price book or a provider with .*, for example "anthropic.*" or "amazon.nova-pro-v1:0"',
  );

/**
 * Limits per calendar window, and the ladder of thresholds; without `thresholds` the scope's default ladder. `models` limits
 * some models more tightly than the whole, for principals.
 */
export const budgetSpecSchema = z
  .strictObject({
    ...limits,
    models: z
      .record(
        modelPattern,
        z.strictObject(limits).omit({ priority: true }).refine(atLeastOneLimit, needsALimit),
      )
      .optional(),
  })
  .refine(atLeastOneLimit, needsALimit);
/** Of anyone but the account. */
export const ownBudgetSchema = budgetSpecSchema.superRefine((spec, context) => refuseHalt(spec, context));

/** A pool that its members draw from. */
export const teamSpecSchema = z
  .strictObject({
    members: z.array(principal).default([]),
    /** Of its members, where it differs from the stage's: one team can be enforced while another is in shadow. */
    mode: z.enum(['enforce', 'shadow']).optional(),
    ...limits,
  })
  .refine(atLeastOneLimit, needsALimit)
  .superRefine((spec, context) => refuseHalt(spec, context));
