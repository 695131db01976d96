import type { policyVariables } from '../contracts/environment.ts';
import type { DenyLevel } from '../domain/level.ts';
import type { Settings } from '../domain/settings.ts';

/**
 * The halt switch's policy, which is named as the halt is; undefined where the stage has none. Told by name, so that a stage
 * without one has no variable for it in any function.
 */
export const switchPolicyOf = (
  { SUSPENDED_POLICY_ARN }: { readonly SUSPENDED_POLICY_ARN: string },
  { haltSwitch }: Pick<Settings, 'haltSwitch'>,
): string | undefined =>
  haltSwitch === 'off'
    ? undefined
    : SUSPENDED_POLICY_ARN.replace('/BedrockBudgetSuspended-', '/BedrockBudgetSwitch-');

/** ARNs of our policies, by what they do. */
export const denyPoliciesOf = (
  environment: Readonly<Record<(typeof policyVariables)[number], string>>,
): Readonly<Record<DenyLevel, string>> => ({
  suspended: environment.SUSPENDED_POLICY_ARN,
  restricted: environment.RESTRICTED_POLICY_ARN,
  'no-premium': environment.NO_PREMIUM_POLICY_ARN,
});
