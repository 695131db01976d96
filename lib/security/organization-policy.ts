import type { DenyStatement, PolicyText } from '../../lambda/domain/deny-policies/policy-text.ts';
import { spendingActions } from '../../lambda/domain/deny-policies/spending-actions.ts';
import { tamperStatements } from '../../lambda/domain/deny-policies/tamper-statements.ts';
import { ownPath } from '../shared/naming.ts';
import { type Unmeterable, unmeterableStatements } from './unmeterable-policy.ts';

export interface OrganizationPolicyOptions {
  readonly partition: string;
  /** ARN patterns of roles that may change what is protected: who deploys, and who is called in an emergency. */
  readonly administrators: readonly string[];
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

const optionsOf = ({ region, organization }: OrganizationStage): OrganizationPolicyOptions => ({
  partition: organization.partition,
  administrators: organization.administrators,
  unmeterable: organization.denyUnmeterable,
  regions: [...new Set([...(region ? [region] : []), ...organization.meteredRegions])],
});

/** A stage's policy with these people in it: what the deployment writes, and what a command renders between two deployments. */
export const stagePolicy = (stage: OrganizationStage, suspendedUsers: readonly string[]): PolicyText =>
  organizationPolicy({ ...optionsOf(stage), suspendedUsers });

/** A stage's second policy, which nobody's suspension changes. */
export const stageGuardPolicy = (stage: OrganizationStage): PolicyText =>
  organizationGuardPolicy(optionsOf(stage));

/** As AWS counts it when no white space is saved. */
export const organizationPolicySize = (text: PolicyText): number => JSON.stringify(text).length;

/** What is about people: it goes where the list of them goes, and has the room. */
const aboutPeople = ['Attachments', 'Tags'];

/**
 * What stops a person of Identity Center, whose roles only AWS may change, and what keeps people from freeing themselves: the
 * attachments of our denies, and the tags that keep us off somebody. A service control policy can only deny; it reaches neither
 * the management account nor service-linked roles.
 */
export function organizationPolicy(
  options: OrganizationPolicyOptions & {
    /** Identity Center user ids of people who may not spend now. */
    readonly suspendedUsers: readonly string[];
  },
): PolicyText {
  const { suspendedUsers } = options;
  return {
    Version: '2012-10-17',
    Statement: [
      ...protections(options).filter(({ Sid }) => aboutPeople.includes(Sid ?? '')),
      ...(suspendedUsers.length > 0
        ? [
            {
              ...{ Sid: 'NoSpendingBySuspendedPeople', Effect: 'Deny' as const },
              ...{ Action: spendingActions, Resource: '*' },
              // Not `aws:userid`, which changes with the name of the user.
              Condition: { StringEquals: { 'identitystore:userId': suspendedUsers } },
            },
          ]
        : []),
    ],
  };
}

/** What an account's own administrators cannot change: whatever a stage deploys. And what nobody shall use. */
export function organizationGuardPolicy(options: OrganizationPolicyOptions): PolicyText {
  const { partition, unmeterable, regions } = options;
  return {
    Version: '2012-10-17',
    Statement: [
      ...protections(options).filter(({ Sid }) => !aboutPeople.includes(Sid ?? '')),
      ...unmeterableStatements(unmeterable, { partition, regions }),
    ],
  };
}

/** Our functions are no administrators, and have to write what nobody else may. */
function protections({ partition, administrators }: OrganizationPolicyOptions): DenyStatement[] {
  const own = `arn:${partition}:iam::*:role${ownPath}*`;
  return tamperStatements('organization').map((statement) => ({
    ...statement,
    Condition: {
      ...statement.Condition,
      ArnNotLike: { 'aws:PrincipalArn': [own, ...administrators] },
    },
  }));
}
