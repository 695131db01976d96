import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';
import { ownPath } from '../shared/naming.ts';
import { economyPolicy } from './economy-policy.ts';
import { haltPolicy } from './halt-policy.ts';
import type { PolicyText } from './policy-text.ts';
import { protectedArns } from './protected-arns.ts';

export interface BudgetPoliciesProps {
  readonly stage: string;
  /** Foundation model ids that a restricted principal may still use. */
  readonly economyModels: readonly string[];
  /** Principals that nothing touches, as `user/NAME` or `role/NAME`. */
  readonly breakGlass: readonly string[];
}

/** The two deny-only policies that enforcement attaches and detaches, and the permission to do just that. */
export class BudgetPolicies extends Construct {
  readonly halt: iam.ManagedPolicy;
  readonly economy: iam.ManagedPolicy;
  readonly #stage: string;
  readonly #breakGlass: readonly string[];

  constructor(scope: Construct, id: string, props: BudgetPoliciesProps) {
    super(scope, id);
    this.#stage = props.stage;
    this.#breakGlass = props.breakGlass;
    this.halt = this.#policy(
      'Halt',
      'Denies spending on Bedrock.',
      haltPolicy(Aws.PARTITION, Aws.ACCOUNT_ID),
    );
    this.economy = this.#policy(
      'Economy',
      'Denies all but economical Bedrock models.',
      economyPolicy(props.economyModels, Aws.PARTITION),
    );
  }

  #policy(name: string, description: string, text: PolicyText): iam.ManagedPolicy {
    return new iam.ManagedPolicy(this, name, {
      // Fixed, because operators search for them and a guard policy of the organisation may name them. Changing
      // logical id, name, path or description would replace the policy, which cannot be done while someone carries it;
      // the text may change at any time.
      managedPolicyName: `BedrockBudget${name}-${this.#stage}`,
      path: ownPath,
      description: `${description} Attached and detached by Bedrock Budgeteer only.`,
      document: iam.PolicyDocument.fromJson(text),
    });
  }

  /**
   * Enforcer: attaches and detaches exactly these two policies, and reads back. It can author no policy text, and what
   * is protected stays so even if its code were wrong.
   */
  grantEnforce(enforcer: lambda.Function): void {
    const principals = ['user', 'role'].map((resource) =>
      Stack.of(this).formatArn({ service: 'iam', region: '', resource, resourceName: '*' }),
    );
    enforcer.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyOurOwnDenies',
        actions: [
          'iam:AttachRolePolicy',
          'iam:AttachUserPolicy',
          'iam:DetachRolePolicy',
          'iam:DetachUserPolicy',
        ],
        resources: principals,
        conditions: {
          ArnEquals: { 'iam:PolicyARN': [this.halt.managedPolicyArn, this.economy.managedPolicyArn] },
        },
      }),
    );
    enforcer.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'ReadBack',
        actions: [
          'iam:GetRole',
          'iam:GetUser',
          'iam:ListAttachedRolePolicies',
          'iam:ListAttachedUserPolicies',
        ],
        resources: principals,
      }),
    );
    // Detaching is left out: it is allowed for our own two denies only, and who became break-glass must get rid of them.
    enforcer.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverTouchTheProtected',
        effect: iam.Effect.DENY,
        actions: [
          'iam:Attach*',
          'iam:Create*',
          'iam:Delete*',
          'iam:Put*',
          'iam:Tag*',
          'iam:Untag*',
          'iam:Update*',
        ],
        resources: protectedArns(Aws.PARTITION, this.#breakGlass),
      }),
    );
    const why = 'Anyone may have to be stopped; the condition limits it to our two deny-only policies.';
    acknowledgeRole(enforcer, {
      'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*]': why,
      'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*]': why,
    });
  }

  /** Removal: finds everyone who carries one of these two policies and takes it off them. */
  grantLift(lifter: lambda.Function): void {
    const everyone = ['user', 'role', 'group'].map((resource) =>
      Stack.of(this).formatArn({ service: 'iam', region: '', resource, resourceName: '*' }),
    );
    const policies = [this.halt.managedPolicyArn, this.economy.managedPolicyArn];
    allow(lifter, ['iam:ListEntitiesForPolicy'], policies);
    lifter.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyOurOwnDenies',
        actions: ['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'],
        resources: everyone,
        conditions: { ArnEquals: { 'iam:PolicyARN': policies } },
      }),
    );
    const why = 'Anyone may carry a deny; the condition limits it to taking off our two deny-only policies.';
    acknowledgeRole(
      lifter,
      Object.fromEntries(
        ['user', 'role', 'group'].map((kind) => [
          `IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:${kind}/*]`,
          why,
        ]),
      ),
    );
  }
}
