import {
  type AttachedPolicy,
  type GroupDetail,
  type IAMClient,
  type ManagedPolicyDetail,
  type PolicyDetail,
  paginateGetAccountAuthorizationDetails,
  type RoleDetail,
  type UserDetail,
} from '@aws-sdk/client-iam';
import type { FoundPolicy, PolicyHolder } from './bedrock-callers.ts';

/** What IAM's GetAccountAuthorizationDetails tells, its pages put together. */
export interface AuthorizationDetails {
  readonly users: UserDetail[];
  readonly roles: RoleDetail[];
  readonly groups: GroupDetail[];
  readonly policies: ManagedPolicyDetail[];
}

/** Every user and role with the documents that speak for it: its own, attached ones, and those of its groups. */
export function policyHolders({ users, roles, groups, policies }: AuthorizationDetails): PolicyHolder[] {
  const managed = new Map(policies.map((policy) => [policy.Arn, defaultDocument(policy)]));
  const groupDocuments = new Map(
    groups.map(({ GroupName, GroupPolicyList, AttachedManagedPolicies }) => [
      GroupName,
      documentsOf(GroupPolicyList, AttachedManagedPolicies, managed),
    ]),
  );
  return [
    ...users.map(
      ({ UserName = '', Path = '/', UserPolicyList, GroupList = [], AttachedManagedPolicies = [] }) => ({
        type: 'user' as const,
        name: UserName,
        path: Path,
        attached: AttachedManagedPolicies.length,
        documents: [
          ...documentsOf(UserPolicyList, AttachedManagedPolicies, managed),
          ...GroupList.flatMap((group) => groupDocuments.get(group) ?? []),
        ],
      }),
    ),
    ...roles.map(({ RoleName = '', Path = '/', RolePolicyList, AttachedManagedPolicies = [] }) => ({
      type: 'role' as const,
      name: RoleName,
      path: Path,
      attached: AttachedManagedPolicies.length,
      documents: documentsOf(RolePolicyList, AttachedManagedPolicies, managed),
    })),
  ];
}

function documentsOf(
  inline: readonly PolicyDetail[] | undefined,
  attached: readonly AttachedPolicy[] | undefined,
  managed: ReadonlyMap<string | undefined, FoundPolicy>,
): FoundPolicy[] {
  return [
    ...(inline ?? []).map(({ PolicyDocument: text }) => parse(text)),
    ...(attached ?? []).map(({ PolicyArn }) => managed.get(PolicyArn) ?? {}),
  ];
}

function defaultDocument({ PolicyVersionList = [] }: ManagedPolicyDetail): FoundPolicy {
  return parse(PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document);
}

/** IAM sends documents percent-encoded. */
function parse(text: string | undefined): FoundPolicy {
  return text === undefined ? {} : (JSON.parse(decodeURIComponent(text)) as FoundPolicy);
}

/** Everyone and every policy in one paginated call: the account's whole IAM, as the console shows it. */
export async function readAuthorizationDetails(client: IAMClient): Promise<AuthorizationDetails> {
  const all: AuthorizationDetails = { users: [], roles: [], groups: [], policies: [] };
  for await (const page of paginateGetAccountAuthorizationDetails({ client }, {})) {
    all.users.push(...(page.UserDetailList ?? []));
    all.roles.push(...(page.RoleDetailList ?? []));
    all.groups.push(...(page.GroupDetailList ?? []));
    all.policies.push(...(page.Policies ?? []));
  }
  return all;
}
