import { CfnOutput } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type TamperScope, tamperStatements } from '../../lambda/domain/deny-policies/tamper-statements.ts';
import { ownPath, tamperPolicyName } from '../shared/naming.ts';
import { newerThanLinters } from './newer-than-linters.ts';

export interface TamperDenyProps {
  readonly stage: string;
  readonly scope: TamperScope;
}

/**
 * A policy that denies changing what the stage deploys. An admin attaches it, to users, roles or groups that neither deploy
 * nor operate it: whoever is not suspended yet is bound by it alone. No function of ours attaches or detaches it.
 */
export class TamperDeny extends Construct {
  constructor(parent: Construct, id: string, { stage, scope }: TamperDenyProps) {
    super(parent, id);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: tamperPolicyName(stage),
      path: ownPath,
      description: 'Denies changing Bedrock Budgeteer. Attached by administrators to who is no operator.',
      document: iam.PolicyDocument.fromJson({
        Version: '2012-10-17',
        Statement: tamperStatements('managed', scope),
      }),
    });
    newerThanLinters(policy);
    new CfnOutput(this, 'Arn', {
      description: 'Attach it to whoever neither deploys nor operates this stage',
      value: policy.managedPolicyArn,
    });
  }
}
