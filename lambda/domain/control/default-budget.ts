import type { BudgetSpec, PrincipalKind, Settings } from '../settings.ts';
import { subjectOf } from '../subject.ts';

/** What is known of a principal beside its id. */
export interface PrincipalFacts {
  /** The team that configuration or its tag puts it into. */
  readonly team?: string | undefined;
  /** What its tier tag says; a tier that the settings do not know is none. */
  readonly tier?: string | undefined;
}

export type DefaultSettings = Pick<Settings, 'defaultBudget'> & Partial<Pick<Settings, 'defaults'>>;

/** Where a default comes from, and its definition. */
export interface DefaultBudget {
  readonly spec: BudgetSpec;
  readonly from: 'tier' | 'team' | 'kind' | 'stage';
}

/** The budget of a principal that has none of its own: its tier's, else its team's, else its kind's, else the stage's. */
export function defaultBudget(
  principal: string,
  { team, tier }: PrincipalFacts,
  { defaults, defaultBudget: stage }: DefaultSettings,
): DefaultBudget {
  const ofTier = tier === undefined ? undefined : own(defaults?.tiers, tier);
  if (ofTier !== undefined) return { spec: ofTier, from: 'tier' };
  const ofTeam = team === undefined ? undefined : own(defaults?.teams, team);
  if (ofTeam !== undefined) return { spec: ofTeam, from: 'team' };
  const kind = principalKind(principal);
  // A Bedrock API key is a user.
  const ofKind = kind && (defaults?.kinds[kind] ?? (kind === 'apiKey' ? defaults?.kinds.user : undefined));
  return ofKind === undefined ? { spec: stage, from: 'stage' } : { spec: ofKind, from: 'kind' };
}

/** Every default that there is: whose a principal has may change with a tag. */
export function defaultSpecs({ defaults, defaultBudget: stage }: DefaultSettings): BudgetSpec[] {
  const { kinds = {}, teams = {}, tiers = {} } = defaults ?? {};
  const specs = [stage, ...[kinds, teams, tiers].flatMap((group) => Object.values(group))];
  return specs.filter((spec) => spec !== undefined);
}

/** IAM gives the user behind a Bedrock API key a name that begins so. */
const apiKeyUser = 'BedrockAPIKey-';

/** The kind that an id tells; root, federated users and the unknown are of none. */
function principalKind(principal: string): PrincipalKind | undefined {
  const { type, name = '' } = subjectOf(principal);
  if (type === 'user') return name.startsWith(apiKeyUser) ? 'apiKey' : 'user';
  return type === 'role' || type === 'session' ? type : undefined;
}

/** A tag may say anything, `constructor` too. */
const own = (specs: Readonly<Record<string, BudgetSpec>> | undefined, name: string) =>
  specs !== undefined && Object.hasOwn(specs, name) ? specs[name] : undefined;
