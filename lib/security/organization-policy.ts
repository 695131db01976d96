import { exemptTag } from '../../lambda/domain/control/iam-target.ts';
import type { DenyStatement, PolicyText } from '../../lambda/domain/deny-policies/policy-text.ts';
import { holdTag } from '../../lambda/domain/iam-events/drift.ts';
import { ownPath } from '../shared/naming.ts';
import { spendingActions } from './spending-actions.ts';
import { deniesAnything, type Unmeterable, unmeterableStatements } from './unmeterable-policy.ts';

export interface OrganizationPolicyOptions {
  readonly partition: string;
  /** ARN patterns of roles that may change what is protected: who deploys, and who is called in an emergency. */
  readonly administrators: readonly string[];
  /** Identity Center user ids of people who may not spend now. */
  readonly suspendedUsers: readonly string[];
  /** Denied to everyone in the organisation's targets. */
  readonly unmeterable: Unmeterable;
  /** Regions that a stage meters; needed for `unmeterable.otherRegions`. */
  readonly regions: readonly string[];
}

/** Of a service control policy, in characters; unlike in IAM, white space counts. */
export const serviceControlPolicyLimit = 10_240;

/** What of a stage its service control policy is made from. */
export interface OrganizationStage {
  readonly region?: string | undefined;
  readonly organization: {
    readonly partition: string;
    readonly administrators: readonly string[];
    readonly denyUnmeterable: Unmeterable;
    readonly meteredRegions: readonly string[];
  };
}

/** A stage's policy with these people in it: what the deployment writes, and what a command renders between two deployments. */
export function stagePolicy(
  { region, organization }: OrganizationStage,
  suspendedUsers: readonly string[],
): PolicyText {
  return organizationPolicy({
    partition: organization.partition,
    administrators: organization.administrators,
    suspendedUsers,
    unmeterable: organization.denyUnmeterable,
    regions: [...new Set([...(region ? [region] : []), ...organization.meteredRegions])],
  });
}

/** As AWS counts it when no white space is saved. */
export const policySize = (text: PolicyText): number => JSON.stringify(text).length;

/** Any account of the organisation: the text names none. */
const anyAccount = '*';

/**
 * What an account's own administrators cannot take away: our denies' text and attachments, our roles, the tags that keep
 * us off somebody. And what no policy in the account can do: stop a person of Identity Center, whose roles only AWS may
 * change. A service control policy can only deny; it reaches neither the management account nor service-linked roles.
 */
export function organizationPolicy(options: OrganizationPolicyOptions): PolicyText {
  const { partition, suspendedUsers, unmeterable, regions } = options;
  const spending = spendingActions(partition, anyAccount);
  return {
    Version: '2012-10-17',
    Statement: [
      ...protections(options),
      ...(suspendedUsers.length > 0
        ? [
            {
              ...{ Sid: 'NoSpendingBySuspendedPeople', Effect: 'Deny' as const },
              ...{ Action: spending, Resource: '*' },
              // Not `aws:userid`, which changes with the name of the user.
              Condition: { StringEquals: { 'identitystore:userId': suspendedUsers } },
            },
          ]
        : []),
      ...(deniesAnything(unmeterable)
        ? unmeterableStatements(unmeterable, { partition, regions, spendingActions: spending })
        : []),
    ],
  };
}

function protections({ partition, administrators }: OrganizationPolicyOptions): DenyStatement[] {
  const iam = `arn:${partition}:iam::${anyAccount}`;
  const policies = `${iam}:policy${ownPath}*`;
  const others = { ArnNotLike: { 'aws:PrincipalArn': [`${iam}:role${ownPath}*`, ...administrators] } };
  const deny = (Sid: string, Action: readonly string[]) => ({ Sid, Effect: 'Deny', Action }) as const;
  const kinds = ['User', 'Role', 'Group'];
  return [
    {
      ...deny('DeniesStayAttached', [
        ...kinds.map((kind) => `iam:Attach${kind}Policy`),
        ...kinds.map((kind) => `iam:Detach${kind}Policy`),
      ]),
      Resource: '*',
      Condition: { ArnLike: { 'iam:PolicyARN': policies }, ...others },
    },
    {
      ...deny('DeniesStayAsWritten', [
        'iam:CreatePolicy',
        'iam:CreatePolicyVersion',
        'iam:DeletePolicy',
        'iam:DeletePolicyVersion',
        'iam:SetDefaultPolicyVersion',
      ]),
      Resource: policies,
      Condition: others,
    },
    {
      ...deny('OurRolesStayOurs', [
        'iam:AttachRolePolicy',
        'iam:CreateRole',
        'iam:DeleteRole*',
        'iam:DetachRolePolicy',
        'iam:PutRole*',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole*',
      ]),
      Resource: `${iam}:role${ownPath}*`,
      Condition: others,
    },
    {
      ...deny('NobodyTagsHimselfFree', [
        'iam:CreateRole',
        'iam:CreateUser',
        'iam:TagRole',
        'iam:TagUser',
        'iam:UntagRole',
        'iam:UntagUser',
      ]),
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': [exemptTag, holdTag] }, ...others },
    },
  ];
}
