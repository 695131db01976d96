import { Aws, CfnOutput } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ownPath } from '../shared/naming.ts';
import { newerThanLinters } from './newer-than-linters.ts';
import { type Unmeterable, unmeterablePolicy } from './unmeterable-policy.ts';

export interface UnmeterableDenyProps {
  readonly stage: string;
  readonly what: Unmeterable;
}

/**
 * A policy that denies what cannot be metered. An admin attaches it, to users, roles or groups: no function of ours knows
 * it, so nobody is denied more by a deployment alone.
 */
export class UnmeterableDeny extends Construct {
  constructor(scope: Construct, id: string, { stage, what }: UnmeterableDenyProps) {
    super(scope, id);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: `BedrockBudgetUnmeterable-${stage}`,
      path: ownPath,
      description: 'Denies what Bedrock Budgeteer cannot meter. Attached by administrators.',
      document: iam.PolicyDocument.fromJson(
        unmeterablePolicy(what, {
          partition: Aws.PARTITION,
          regions: [Aws.REGION],
        }),
      ),
    });
    newerThanLinters(policy);
    new CfnOutput(this, 'Arn', {
      description: 'Attach it to whomever shall only use what can be metered',
      value: policy.managedPolicyArn,
    });
  }
}
