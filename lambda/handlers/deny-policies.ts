import type { policyVariables } from '../contracts/environment.ts';
import type { DenyStep } from '../domain/level.ts';
import type { Settings } from '../domain/settings.ts';

/**
 * The halt switch's policy, which is named as the halt is; undefined where the stage has none. Told by name, so that a stage
 * without one has no variable for it in any function.
 */
export const switchPolicyOf = (
  { HALT_POLICY_ARN }: { readonly HALT_POLICY_ARN: string },
  { haltSwitch }: Pick<Settings, 'haltSwitch'>,
): string | undefined =>
  haltSwitch === 'off' ? undefined : HALT_POLICY_ARN.replace('/BedrockBudgetHalt-', '/BedrockBudgetSwitch-');

/** ARNs of our policies, by what they do. */
export const denyPoliciesOf = (
  environment: Readonly<Record<(typeof policyVariables)[number], string>>,
): Readonly<Record<DenyStep, string>> => ({
  halt: environment.HALT_POLICY_ARN,
  economy: environment.ECONOMY_POLICY_ARN,
  'no-premium': environment.NO_PREMIUM_POLICY_ARN,
});
