import * as z from 'zod';

/**
 * What a stage tells its Lambdas: how to meter, whom to guard, how far to go. Written beside every handler as
 * `settings.json` at synth time; the same schema reads the `config` of a scenario file.
 */

const usd = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount in USD as a decimal string, for example "50.00"');
const subject = z
  .string()
  .regex(/^(user|role|federated|team)\/.+$|^root$|^unknown$/, 'must be user/NAME, role/NAME[/SESSION], …');

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
  thresholds: z.array(threshold).nonempty().optional(),
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
    members: z.array(subject).default([]),
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

export const settingsSchema = z.strictObject({
  /** `shadow` decides and reports but touches no IAM; a deployed stage has to say which. */
  mode: z.enum(['enforce', 'shadow']),
  /** Seconds between the decision to suspend and the deny; the restriction stays on meanwhile. */
  graceSeconds: z.int().min(0).max(86_400).default(0),
  /** The zone whose calendar cuts days, ISO weeks and months. */
  timeZone: timeZone.default('UTC'),
  /** Of every principal that has none of its own. */
  defaultBudget: budgetSpecSchema.default({ monthUsd: '50.00' }),
  budgets: z.record(subject, budgetSpecSchema).default({}),
  teams: z.record(z.string().regex(/^team\/.+$/, 'must be team/NAME'), teamSpecSchema).default({}),
  accountBudget: budgetSpecSchema.default({ monthUsd: '5000.00' }),
  /** Names of roles that several people share: metered per session. */
  sharedRoles: z.array(z.string().min(1)).default([]),
  /** Principals that automatic causes never hold. */
  exempt: z.array(subject).default([]),
  /** Principals that nothing here ever touches. */
  breakGlass: z.array(subject).default([]),
  /** Application inference profile ARN → the model or system profile id behind it. */
  profiles: z.record(z.string(), z.string()).default({}),
  /** Ledger items and quarantine pointers are dropped after so many days; balances and audit stay. */
  ledgerDays: z.int().min(35).max(3_660).default(400),
});
export type Settings = z.infer<typeof settingsSchema>;
/** What a person writes: everything but the mode may be left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
