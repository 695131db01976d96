import type { CfnManagedPolicy, ManagedPolicy } from 'aws-cdk-lib/aws-iam';

/**
 * The spending actions are kept up with AWS's own reference, which has some that cfn-lint's list does not know yet; for this
 * policy alone it shall not ask whether an action exists.
 */
export function newerThanLinters(policy: ManagedPolicy): void {
  const template = policy.node.defaultChild as CfnManagedPolicy;
  template.addMetadata('cfn-lint', { config: { ignore_checks: ['W3037'] } });
}
