import * as z from 'zod';
import { configuredShortfalls, shortfallText } from '../domain/control/pool.ts';
import { priceBook } from '../domain/pricing/price-book.ts';
import { principalKinds, type Settings } from '../domain/settings.ts';
import { alertDeliverySchema, userChannelsSchema, webhookSchema } from './alert-channels.ts';
import { refuseModels } from './budget-place.ts';
import {
  budgetSpecSchema,
  ownBudgetSchema,
  principal,
  roleName,
  teamSpecSchema,
  usd,
} from './budget-spec.ts';
import { earlyStopSchema, velocitySchema } from './pace-settings.ts';
import { priceOverridesSchema } from './price-overrides.ts';
import { reportsSchema } from './report-settings.ts';
import { usageSourcesSchema } from './usage-sources.ts';

/**
 * What a stage tells its Lambdas: how to meter, whom to guard, how far to go. Written beside every handler as
 * `settings.json` at synth time; the same schema reads the `config` of a scenario file.
 */

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
  /** Rates of a contract that are no share of the list price; they come before multipliers. */
  overrides: priceOverridesSchema.default([]),
});

/** Budgets of whoever has none of its own, the first that fits: tier, team, kind, and after these `defaultBudget`. */
const defaultsSchema = z.strictObject({
  /** `apiKey` is the user behind a Bedrock API key; without it such a user has the default of users. */
  kinds: z.partialRecord(z.enum(principalKinds), ownBudgetSchema).default({}),
  /** Of each member of the team, not of its pool; a team may have one without having a pool. */
  teams: z.record(z.string().regex(/^team\/.+$/, 'must be team/NAME'), ownBudgetSchema).default({}),
  /** By the value of the tag: `BudgetTier=small` is small. */
  tiers: z.record(z.string().min(1).max(256), ownBudgetSchema).default({}),
  /** IAM tag whose value names a principal's tier. */
  tierTag: z.string().min(1).max(128).default('BudgetTier'),
});

/** All fields of the settings, before they are held against each other. Its type check holds it to the domain's `Settings`. */
export const settingsFields = z.strictObject({
  /** `shadow` decides and reports but touches no IAM; a deployed stage has to say which. */
  mode: z.enum(['enforce', 'shadow']),
  /** Seconds between the decision to suspend and the deny; the restriction stays on meanwhile. */
  graceSeconds: z.int().min(0).max(86_400).default(0),
  /**
   * Principals a second that a halt or a resume changes in IAM: its control plane is shared by the whole account, and
   * answers to about ten writes a second before it throttles everyone.
   */
  haltPrincipalsPerSecond: z.int().min(1).max(20).default(5),
  /**
   * Second persons: an order that raises a limit by more than `aboveUsd`, or lifts it altogether (exempt, restore,
   * resume), waits so long for another verified principal to agree. Without `aboveUsd` nobody has to.
   */
  approvals: z
    .strictObject({ aboveUsd: usd.optional(), withinMinutes: z.int().min(5).max(10_080).default(240) })
    .default({ withinMinutes: 240 }),
  /** Minutes after which IAM is read again for whoever is held: someone may have taken our deny off. */
  reconcileMinutes: z.int().min(5).max(1_440).default(180),
  /**
   * A switch policy that everyone carries beforehand, with one version that denies nothing and one that denies everything:
   * a halt stops its carriers by one call of IAM, and goes through the list of principals besides. It takes one of each principal's
   * slots for managed policies. `retire` takes it off everyone again, before `off` removes it.
   */
  haltSwitch: z.enum(['off', 'on', 'retire']).default('off'),
  /**
   * Seconds after the read-back of a suspension in which calls may still go through, because IAM spreads them; a later
   * one is a leak, and alerts critically.
   */
  leakToleranceSeconds: z.int().min(60).max(3_600).default(300),
  /** Suspends below a limit, so that what is under way still fits (docs/early-stop.md). */
  earlyStop: earlyStopSchema.prefault({}),
  /** What a sudden jump in one's own spend per minute does. */
  velocity: velocitySchema.prefault({}),
  /** A single call that costs so much raises an alert of its own. Left out: none does. */
  singleRequestUsd: usd
    .refine((text) => Number(text) > 0, 'must be above 0: every call costs as much')
    .optional(),
  /**
   * What happens when somebody else changes our denies: so many changes of one principal by one human within an hour are
   * put back; the next one stays, and alerts critically.
   */
  drift: z.strictObject({ repairsPerHour: z.int().min(1).max(10).default(3) }).default({ repairsPerHour: 3 }),
  /** The zone whose calendar cuts days, ISO weeks and months. */
  timeZone: timeZone.default('UTC'),
  /** Of every principal that has none of its own. */
  defaultBudget: ownBudgetSchema.default({ monthUsd: '50.00' }),
  /** Defaults by tier, team and kind of principal, which outrank `defaultBudget`. */
  defaults: defaultsSchema.prefault({}),
  /** Of a role whose sessions pay, `role/App` is the budget of all its sessions together, beside those of each. */
  budgets: z.record(principal, ownBudgetSchema).default({}),
  /**
   * Of every role whose sessions pay (`sharedRoles`, and those of Identity Center) that has none of its own.
   * Left out: ten times what a session has by default.
   */
  defaultRoleBudget: ownBudgetSchema.optional(),
  teams: z.record(z.string().regex(/^team\/.+$/, 'must be team/NAME'), teamSpecSchema).default({}),
  accountBudget: budgetSpecSchema
    .superRefine((spec, context) => refuseModels(spec, context))
    .default({ monthUsd: '5000.00' }),
  /** Names of roles that several people share: metered per session, with a budget of the role beside them. */
  sharedRoles: z.array(roleName).default([]),
  /**
   * Those shared roles whose single sessions are denied by an inline policy of the role, which a function of its own
   * writes. Others of a shared role's sessions cannot be stopped one by one. Left out: all of `sharedRoles`.
   */
  fencedRoles: z.array(roleName).optional(),
  /** A suspended user's Bedrock API keys are deactivated too; only those are activated again that were by us. */
  deactivateApiKeys: z.boolean().default(true),
  /**
   * Running batch jobs that are stopped: a principal's own once it is suspended, and all of the account, those of
   * break-glass principals excepted, once the account is halted. What a job did so far is billed and stays; it cannot be
   * resumed.
   */
  batchJobs: z
    .strictObject({ onSuspension: z.boolean().default(true), onHalt: z.boolean().default(true) })
    .prefault({}),
  /** Principals that automatic causes never hold. */
  exempt: z.array(principal).default([]),
  /** Principals that nothing here ever touches. */
  breakGlass: z.array(principal).default([]),
  /**
   * Application inference profile ARN → the model or system profile id behind it. Outranks what Bedrock says; needed
   * where Bedrock cannot be asked: a profile of another account or Region. Also ARN of a customized model's deployment →
   * the model it was made from.
   */
  profiles: z.record(z.string(), z.string()).default({}),
  /** IAM tag whose value names a principal's team: `Team=ml` is team/ml. `teams` outranks it. */
  teamTag: z.string().min(1).max(128).default('Team'),
  /** Keys of `requestMetadata` that are kept in the ledger as labels; callers write them, so they decide nothing. */
  labels: z.array(z.string().min(1).max(256)).max(5).default([]),
  /** Distinct values of each label that are kept in a month (UTC), the first that come; others are "(other)" together. */
  labelValues: z.int().min(1).max(500).default(100),
  /**
   * Class of a cache write that the log does not tell (bodies are off), where the model has several: such calls are
   * flagged, counted, and carry what more they would cost at worst.
   */
  assumeCacheWrites: z.enum(['5m', '1h']).default('5m'),
  /**
   * Images of a call whose record does not count them (bodies are off): such calls are flagged, counted, and carry what
   * more they would cost at worst.
   */
  assumeImages: z.int().min(1).max(5).default(1),
  /**
   * Whether what guardrails assess is charged to the caller beside the model, where the trace in a response tells it.
   * Otherwise it is noted on the ledger item and summed apart: budgets are of models.
   */
  countGuardrails: z.boolean().default(false),
  /**
   * Hours that admins have to price a model, from the message about it on, before its calls count in full against whoever
   * made them: until then the least counts that they can have cost. Beyond three times a limit they count in full at once.
   */
  unpricedGraceHours: z.number().min(0).max(72).default(4),
  /** Where what AWS bills differs from its list price. */
  prices: pricesSchema.default({ multipliers: {}, overrides: [] }),
  /**
   * What happens by itself once AWS's price list was compared with the price book: `report` tells of differences and new
   * models, once each; `confirm` also notes the day on which the list last confirmed a price, in the item PRICES of the
   * deployment's own partition. Neither ever applies an amount.
   */
  priceUpkeep: z.enum(['report', 'confirm']).default('report'),
  /** Who may report usage that Bedrock does not log, for whom and at what price. */
  usageSources: usageSourcesSchema.default({}),
  /** Daily and weekly reports of what was spent. */
  reports: reportsSchema.prefault({}),
  /** How many messages alerts may make; what is more is told in digests. */
  alertDelivery: alertDeliverySchema.prefault({}),
  /** Slack and other receivers of alerts, beside the SNS topics. */
  webhooks: z
    .array(webhookSchema)
    .max(10)
    .refine(
      (hooks) => new Set(hooks.map(({ name }) => name)).size === hooks.length,
      'must name each webhook once',
    )
    .default([]),
  /** Tells people of their own budget, on a topic of theirs. Left out: nobody but the admins is told. */
  userChannels: userChannelsSchema.optional(),
  /** Whom a suspended user may ask: an address, a channel, a person. */
  helpContact: z.string().min(1).max(200).optional(),
  /** Where your people read docs/runbook.md: alerts link to its entries. @default the file of the repository */
  runbookUrl: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional(),
  /** Ledger items and quarantine pointers are dropped after so many days; balances and audit stay. */
  ledgerDays: z.int().min(35).max(3_660).default(400),
} satisfies { readonly [Field in keyof Settings]-?: z.ZodType<Settings[Field]> });

/** What is reserved for a team's members must not be more than its pool holds. */
export function refuseShortPools(
  settings: Pick<Settings, 'teams' | 'budgets'>,
  context: z.RefinementCtx,
): void {
  for (const [team, short] of configuredShortfalls(settings)) {
    for (const shortfall of short) {
      context.addIssue({
        code: 'custom',
        path: ['teams', team, `${shortfall.kind}Usd`],
        message: `must cover what \`budgets\` gives its members: ${shortfallText(shortfall)}`,
      });
    }
  }
}

export const settingsSchema = settingsFields.superRefine(refuseShortPools);

/** What a person writes: everything but the mode may be left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
