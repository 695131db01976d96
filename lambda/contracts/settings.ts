import * as z from 'zod';
import { priceBook } from '../domain/pricing/price-book.ts';
import { usageSourcesSchema } from './usage-sources.ts';

/**
 * What a stage tells its Lambdas: how to meter, whom to guard, how far to go. Written beside every handler as
 * `settings.json` at synth time; the same schema reads the `config` of a scenario file.
 */

const usd = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount in USD as a decimal string, for example "50.00"');
/** Who can pay: an id as the ledger has it, without an IAM path. */
const principal = z
  .string()
  .regex(
    /^(\d{12}:)?(user\/[\w+=,.@-]{1,64}|role\/[\w+=,.@-]{1,64}(\/[\w+=,.@-]{1,64})?|federated\/[\w+=,.@-]{1,64}|root|unknown)$/,
    'must be user/NAME, role/NAME, role/NAME/SESSION, federated/NAME, root or unknown, without an IAM path',
  );

/** What a crossed threshold does. `suspend` is for principals and teams; an account threshold notifies. */
export const rungActions = ['notify', 'restrict', 'suspend'] as const;
export type RungAction = (typeof rungActions)[number];

const threshold = z.strictObject({
  at: z
    .string()
    .regex(/^\d+(\.\d+)?%$|^\d+(\.\d+)? USD$/, 'must be a share ("80%") or an amount ("4.50 USD")'),
  do: z.array(z.enum(rungActions)).nonempty(),
});

const limits = {
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

const atLeastOneLimit = (spec: { dayUsd?: string; weekUsd?: string; monthUsd?: string }) =>
  spec.dayUsd !== undefined || spec.weekUsd !== undefined || spec.monthUsd !== undefined;
const needsALimit = 'needs at least one of dayUsd, weekUsd, monthUsd';

/** Limits per calendar window, and the ladder of thresholds; without `thresholds` the scope's default ladder. */
export const budgetSpecSchema = z.strictObject(limits).refine(atLeastOneLimit, needsALimit);
export type BudgetSpec = z.infer<typeof budgetSpecSchema>;

/** A pool that its members draw from. */
export const teamSpecSchema = z
  .strictObject({
    members: z.array(principal).default([]),
    /** Of its members, where it differs from the stage's: one team can be enforced while another is in shadow. */
    mode: z.enum(['enforce', 'shadow']).optional(),
    ...limits,
  })
  .refine(atLeastOneLimit, needsALimit);
export type TeamSpec = z.infer<typeof teamSpecSchema>;

const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'must be an IANA time zone, for example "Europe/Berlin"');

/** Up to 2, because a contract that doubles list prices is a typing error; 9 decimals, because money has no more. */
const multiplier = z
  .string()
  .regex(
    /^[01](\.\d{1,9})?$|^2(\.0{1,9})?$/,
    'must be a decimal string above 0 and at most 2, for example "0.85"',
  )
  .refine((text) => Number(text) > 0, 'must be above 0: what is free by contract is no business of a budget');

const pricesSchema = z.strictObject({
  /** Provider ("anthropic") or model id ("anthropic.claude-opus-4-6-v1") → what its list price is multiplied by. */
  multipliers: z
    .record(
      z
        .string()
        .refine(
          (name) => priceBook.providers.has(name) || priceBook.find(name) !== undefined,
          'must be a provider or a model of the price book, for example "anthropic" or "amazon.nova-pro-v1:0"',
        ),
      multiplier,
    )
    .default({}),
});

export const settingsSchema = z.strictObject({
  /** `shadow` decides and reports but touches no IAM; a deployed stage has to say which. */
  mode: z.enum(['enforce', 'shadow']),
  /** Seconds between the decision to suspend and the deny; the restriction stays on meanwhile. */
  graceSeconds: z.int().min(0).max(86_400).default(0),
  /** Minutes after which IAM is read again for whoever is held: someone may have taken our deny off. */
  reconcileMinutes: z.int().min(5).max(1_440).default(180),
  /** The zone whose calendar cuts days, ISO weeks and months. */
  timeZone: timeZone.default('UTC'),
  /** Of every principal that has none of its own. */
  defaultBudget: budgetSpecSchema.default({ monthUsd: '50.00' }),
  budgets: z.record(principal, budgetSpecSchema).default({}),
  teams: z.record(z.string().regex(/^team\/.+$/, 'must be team/NAME'), teamSpecSchema).default({}),
  accountBudget: budgetSpecSchema.default({ monthUsd: '5000.00' }),
  /** Names of roles that several people share: metered per session. */
  sharedRoles: z
    .array(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role, without role/'))
    .default([]),
  /** Principals that automatic causes never hold. */
  exempt: z.array(principal).default([]),
  /** Principals that nothing here ever touches. */
  breakGlass: z.array(principal).default([]),
  /**
   * Application inference profile ARN → the model or system profile id behind it. Outranks what Bedrock says; needed
   * where Bedrock cannot be asked: a profile of another account or Region.
   */
  profiles: z.record(z.string(), z.string()).default({}),
  /** IAM tag whose value names a principal's team: `Team=ml` is team/ml. `teams` outranks it. */
  teamTag: z.string().min(1).max(128).default('Team'),
  /** Keys of `requestMetadata` that are kept in the ledger as labels; callers write them, so they decide nothing. */
  labels: z.array(z.string().min(1).max(256)).max(5).default([]),
  /** Where what AWS bills differs from its list price. */
  prices: pricesSchema.default({ multipliers: {} }),
  /**
   * What happens by itself once AWS's price list was compared with the price book: `report` tells of differences and new
   * models, once each; `confirm` also notes the day on which the list last confirmed a price, in the item PRICES of the
   * deployment's own partition. Neither ever applies an amount.
   */
  priceUpkeep: z.enum(['report', 'confirm']).default('report'),
  /** Who may report usage that Bedrock does not log, for whom and at what price. */
  usageSources: usageSourcesSchema.default({}),
  /** Ledger items and quarantine pointers are dropped after so many days; balances and audit stay. */
  ledgerDays: z.int().min(35).max(3_660).default(400),
});
export type Settings = z.infer<typeof settingsSchema>;
/** What a person writes: everything but the mode may be left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
