import type { UserChannels, Webhook } from './notify/channels.ts';
import type { PriceOverride } from './pricing/overrides.ts';
import type { UsageSource } from './usage-events/usage-source.ts';

/**
 * What a stage tells its functions, as the domain reads it: every default filled in. `lambda/contracts/settings.ts` has the
 * schema, with the meaning, the unit and the default of each field; a type check there holds the two together.
 */

/**
 * What a crossed threshold does. `no-premium` takes the most expensive models away, `restrict` all but the economical
 * ones, `suspend` everything. On a team's budget they are for its members; on the account's, `restrict` is for
 * principals of low priority, and `halt` stops everyone.
 */
export const rungActions = ['notify', 'no-premium', 'restrict', 'suspend', 'halt'] as const;
export type RungAction = (typeof rungActions)[number];

/** Whose spending pauses first when the account's budget runs out: the low ones'. */
export const priorities = ['critical', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Kinds of principals that may have a default of their own. */
export const principalKinds = ['user', 'apiKey', 'role', 'session'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** A threshold as it is written. */
export interface Threshold {
  /** A share of the limit ("80%") or an amount of its own ("4.50 USD"). */
  at: string;
  do: RungAction[];
}

/** Limits in USD as decimal strings, per calendar window; at least one is there. */
interface Limits {
  priority?: Priority | undefined;
  dayUsd?: string | undefined;
  weekUsd?: string | undefined;
  monthUsd?: string | undefined;
  thresholds?: Threshold[] | undefined;
}

/** A budget as it is written: in a stage's settings, in budget files, in the table. */
export interface BudgetSpec extends Limits {
  /** Model id, or all of a provider's (`anthropic.*`) → limits that are tighter than the whole. */
  models?: Record<string, Omit<Limits, 'priority'>> | undefined;
}

/** The fields of a budget that people set, in the order in which they are shown. */
export const budgetFields = [
  'priority',
  'dayUsd',
  'weekUsd',
  'monthUsd',
  'thresholds',
  'models',
] as const satisfies readonly (keyof BudgetSpec)[];

/** A pool that its members draw from. */
export interface TeamSpec extends Limits {
  members: string[];
  mode?: Mode | undefined;
}

/** `shadow` decides and reports but touches no IAM. */
type Mode = 'enforce' | 'shadow';

export interface Settings {
  mode: Mode;
  graceSeconds: number;
  haltPrincipalsPerSecond: number;
  approvals: { aboveUsd?: string | undefined; withinMinutes: number };
  reconcileMinutes: number;
  haltSwitch: 'off' | 'on' | 'retire';
  leakToleranceSeconds: number;
  earlyStop: {
    enabled: boolean;
    maxMarginPercent: number;
    delays: { logSeconds: number; processingSeconds: number; iamSeconds: number; requestSeconds: number };
  };
  velocity: {
    multiple: number;
    floorUsdPerMinute: string;
    coolDownMinutes: number;
    minimumMinutes: number;
    do: ('notify' | 'restrict')[];
  };
  singleRequestUsd?: string | undefined;
  drift: { repairsPerHour: number };
  timeZone: string;
  defaultBudget: BudgetSpec;
  defaults: {
    kinds: Partial<Record<PrincipalKind, BudgetSpec>>;
    teams: Record<string, BudgetSpec>;
    tiers: Record<string, BudgetSpec>;
    tierTag: string;
  };
  budgets: Record<string, BudgetSpec>;
  defaultRoleBudget?: BudgetSpec | undefined;
  teams: Record<string, TeamSpec>;
  accountBudget: BudgetSpec;
  sharedRoles: string[];
  fencedRoles?: string[] | undefined;
  deactivateApiKeys: boolean;
  batchJobs: { onSuspension: boolean; onHalt: boolean };
  exempt: string[];
  breakGlass: string[];
  profiles: Record<string, string>;
  teamTag: string;
  labels: string[];
  labelValues: number;
  assumeCacheWrites: '5m' | '1h';
  assumeImages: number;
  countGuardrails: boolean;
  unpricedGraceHours: number;
  prices: { multipliers: Record<string, string>; overrides: PriceOverride[] };
  priceUpkeep: 'report' | 'confirm';
  usageSources: Record<string, UsageSource>;
  reports: { daily: boolean; weekly: boolean; hourUtc: number; unitsPerSecond: number };
  alertDelivery: { perMinute: number };
  webhooks: Webhook[];
  userChannels?: UserChannels | undefined;
  helpContact?: string | undefined;
  runbookUrl?: string | undefined;
  ledgerDays: number;
}

/** The roles whose sessions the fence reaches. */
export const fencedRolesOf = ({
  fencedRoles,
  sharedRoles,
}: Pick<Settings, 'fencedRoles' | 'sharedRoles'>): readonly string[] => fencedRoles ?? sharedRoles;
