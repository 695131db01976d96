import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { policyVariables } from '../../lambda/contracts/environment.ts';
import { exemptTag } from '../../lambda/domain/control/iam-target.ts';
import type { PolicyText } from '../../lambda/domain/deny-policies/policy-text.ts';
import type { DenyLevel } from '../../lambda/domain/level.ts';
import { premiumModels } from '../../lambda/domain/pricing/premium-models.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';
import { ownPath } from '../shared/naming.ts';
import { newerThanLinters } from './newer-than-linters.ts';
import { protectedArns } from './protected-arns.ts';
import { SwitchPolicy } from './switch-policy.ts';

export interface BudgetPoliciesProps {
  readonly stage: string;
  /** What each level denies. */
  readonly texts: Readonly<Record<DenyLevel, PolicyText>>;
  /** Principals that nothing touches, as `user/NAME` or `role/NAME`. */
  readonly breakGlass: readonly string[];
  /** Whether there is a halt switch. */
  readonly haltSwitch: boolean;
}

/** The deny-only policies that enforcement attaches and detaches, and the permission to do just that. */
export class BudgetPolicies extends Construct {
  readonly suspended: iam.ManagedPolicy;
  readonly restricted: iam.ManagedPolicy;
  readonly noPremium: iam.ManagedPolicy;
  /** Undefined where the stage has no halt switch. */
  readonly switchPolicy: SwitchPolicy | undefined;
  readonly #stage: string;
  readonly #breakGlass: readonly string[];

  constructor(scope: Construct, id: string, props: BudgetPoliciesProps) {
    super(scope, id);
    this.#stage = props.stage;
    this.#breakGlass = props.breakGlass;
    const { texts, stage, breakGlass } = props;
    this.switchPolicy = props.haltSwitch
      ? new SwitchPolicy(this, 'Switch', { stage, breakGlass })
      : undefined;
    this.suspended = this.#policy('Suspended', 'Denies spending on Bedrock.', texts.suspended);
    this.restricted = this.#policy(
      'Restricted',
      'Denies all but economical Bedrock models.',
      texts.restricted,
    );
    this.noPremium = this.#policy(
      'NoPremium',
      'Denies the most expensive Bedrock models.',
      texts['no-premium'],
    );
  }

  /** What the functions that attach or detach need to know, by the names of their environment. */
  get environment(): Record<(typeof policyVariables)[number], string> {
    return {
      SUSPENDED_POLICY_ARN: this.suspended.managedPolicyArn,
      RESTRICTED_POLICY_ARN: this.restricted.managedPolicyArn,
      NO_PREMIUM_POLICY_ARN: this.noPremium.managedPolicyArn,
    };
  }

  get #switchPolicyArns(): string[] {
    return this.switchPolicy === undefined ? [] : [this.switchPolicy.arn];
  }

  /** A model that each of the policies denies: what the enforcer has simulated after a change. */
  get probedModelArn(): string {
    const [model = ''] = premiumModels(priceBook);
    return `arn:${Aws.PARTITION}:bedrock:${Aws.REGION}::foundation-model/${model}`;
  }

  #policy(name: string, description: string, text: PolicyText): iam.ManagedPolicy {
    const policy = new iam.ManagedPolicy(this, name, {
      // Fixed, because operators search for them and a guard policy of the organisation may name them. Changing
      // logical id, name, path or description would replace the policy, which cannot be done while someone carries it;
      // the text may change at any time.
      managedPolicyName: `BedrockBudget${name}-${this.#stage}`,
      path: ownPath,
      description: `${description} Attached and detached by Bedrock Budgeteer only.`,
      document: iam.PolicyDocument.fromJson(text),
    });
    newerThanLinters(policy);
    return policy;
  }

  /**
   * Enforcer: attaches and detaches exactly these policies, and reads back. It can author no policy text, and what
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
          // The switch policy may have to make room for a deny.
          ArnEquals: { 'iam:PolicyARN': [...Object.values(this.environment), ...this.#switchPolicyArns] },
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
          'iam:ListServiceSpecificCredentials',
          'iam:SimulatePrincipalPolicy',
        ],
        resources: principals,
      }),
    );
    this.#allowKeys(enforcer);
    enforcer.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverStopTheExempt',
        effect: iam.Effect.DENY,
        actions: ['iam:AttachRolePolicy', 'iam:AttachUserPolicy'],
        resources: ['*'],
        conditions: { StringEquals: { [`aws:ResourceTag/${exemptTag}`]: 'true' } },
      }),
    );
    // Detaching is left out: it is allowed for our own denies only, and who became break-glass must get rid of them.
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
    const why = 'Anyone may have to be stopped; the condition limits it to our own deny-only policies.';
    acknowledgeRole(enforcer, {
      'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*]': why,
      'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*]': why,
    });
  }

  #allowKeys(grantee: lambda.Function): void {
    const users = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'user',
      resourceName: '*',
    });
    grantee.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'BedrockKeysOnAndOff',
        actions: ['iam:UpdateServiceSpecificCredential'],
        resources: [users],
        conditions: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
      }),
    );
  }

  /** Reconcile: lists who carries these policies, and changes nothing. */
  grantListCarriers(grantee: lambda.Function): void {
    allow(grantee, ['iam:ListEntitiesForPolicy'], Object.values(this.environment));
  }

  /** Removal: finds everyone who carries one of these policies and takes it off them. */
  grantLift(lifter: lambda.Function): void {
    const everyone = ['user', 'role', 'group'].map((resource) =>
      Stack.of(this).formatArn({ service: 'iam', region: '', resource, resourceName: '*' }),
    );
    const policies = [...Object.values(this.environment), ...this.#switchPolicyArns];
    this.switchPolicy?.grantEnd(lifter);
    allow(lifter, ['iam:ListEntitiesForPolicy'], policies);
    lifter.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyOurOwnDenies',
        actions: ['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'],
        resources: everyone,
        conditions: { ArnEquals: { 'iam:PolicyARN': policies } },
      }),
    );
    allow(lifter, ['iam:ListServiceSpecificCredentials'], [everyone[0] ?? '']);
    this.#allowKeys(lifter);
    const why = 'Anyone may carry a deny; the condition limits it to taking off our own deny-only policies.';
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
