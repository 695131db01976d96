import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { exemptTag } from '../../lambda/domain/control/iam-target.ts';
import { switchTexts } from '../../lambda/domain/deny-policies/switch-policy.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';
import { ownPath } from '../shared/naming.ts';
import { protectedArns } from './protected-arns.ts';

export interface SwitchPolicyProps {
  readonly stage: string;
  /** Principals that nothing touches, as `user/NAME` or `role/NAME`. */
  readonly breakGlass: readonly string[];
}

/**
 * The switch policy that the halt switch is made of. The deployment writes the version that denies nothing; the other one
 * is written by an operator's command, so that no function of ours can write policy text that everyone carries.
 */
export class SwitchPolicy extends Construct {
  /** By name: a reference from another stack would keep a stage from giving the switch up. */
  readonly arn: string;
  readonly #breakGlass: readonly string[];

  constructor(scope: Construct, id: string, { stage, breakGlass }: SwitchPolicyProps) {
    super(scope, id);
    this.#breakGlass = breakGlass;
    const managedPolicyName = `BedrockBudgetSwitch-${stage}`;
    this.arn = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy${ownPath}${managedPolicyName}`;
    new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName,
      path: ownPath,
      description: 'Denies nothing until a halt. Put on and switched by Bedrock Budgeteer only.',
      document: iam.PolicyDocument.fromJson(switchTexts(Aws.PARTITION, Aws.ACCOUNT_ID).dormant),
    });
  }

  /** The switch: chooses between versions that are there, and puts this policy, and no other, on people and takes it off. */
  grantSwitch(fn: lambda.Function): void {
    const managedPolicyArn = this.arn;
    allow(
      fn,
      [
        // Of the version that denies, when the stage retires the switch.
        'iam:DeletePolicyVersion',
        'iam:GetPolicyVersion',
        'iam:ListEntitiesForPolicy',
        'iam:ListPolicyVersions',
        'iam:SetDefaultPolicyVersion',
      ],
      [managedPolicyArn],
    );
    const everyone = ['user', 'role'].map((kind) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${kind}/*`);
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyTheStandingPolicy',
        actions: [
          'iam:AttachRolePolicy',
          'iam:AttachUserPolicy',
          'iam:DetachRolePolicy',
          'iam:DetachUserPolicy',
        ],
        resources: everyone,
        conditions: { ArnEquals: { 'iam:PolicyARN': managedPolicyArn } },
      }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'SeeWhomItIsPutOn',
        actions: [
          'iam:GetRole',
          'iam:GetUser',
          'iam:ListAttachedRolePolicies',
          'iam:ListAttachedUserPolicies',
        ],
        resources: everyone,
      }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverOnTheExempt',
        effect: iam.Effect.DENY,
        actions: ['iam:AttachRolePolicy', 'iam:AttachUserPolicy'],
        resources: ['*'],
        conditions: { StringEquals: { [`aws:ResourceTag/${exemptTag}`]: 'true' } },
      }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverOnTheProtected',
        effect: iam.Effect.DENY,
        actions: ['iam:Attach*', 'iam:Create*', 'iam:Put*', 'iam:Update*'],
        resources: protectedArns(Aws.PARTITION, this.#breakGlass),
      }),
    );
    const why =
      'Everyone may have to carry it; the condition limits it to the switch policy, which only denies.';
    acknowledgeRole(
      fn,
      Object.fromEntries(
        ['user', 'role'].map((kind) => [
          `IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:${kind}/*]`,
          why,
        ]),
      ),
    );
  }

  /** Removal: puts it to dormant and takes the other versions away, without which IAM deletes no policy. */
  grantEnd(lifter: lambda.Function): void {
    allow(
      lifter,
      [
        'iam:DeletePolicyVersion',
        'iam:GetPolicyVersion',
        'iam:ListPolicyVersions',
        'iam:SetDefaultPolicyVersion',
      ],
      [this.arn],
    );
  }
}
