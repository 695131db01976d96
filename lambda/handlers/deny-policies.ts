import type { policyVariables } from '../contracts/environment.ts';
import type { DenyStep } from '../contracts/workflows.ts';

/** ARNs of our policies, by what they do. */
export const denyPoliciesOf = (
  environment: Readonly<Record<(typeof policyVariables)[number], string>>,
): Readonly<Record<DenyStep, string>> => ({
  halt: environment.HALT_POLICY_ARN,
  economy: environment.ECONOMY_POLICY_ARN,
  'no-premium': environment.NO_PREMIUM_POLICY_ARN,
});
