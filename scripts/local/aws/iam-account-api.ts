import { attachmentQuota, type IamPrincipal, type IamStore, type ManagedPolicy } from './iam-store.ts';
import { tag } from './iam-xml.ts';
import type { EvaluatedPolicy } from './policy.ts';

const members = (name: string, texts: readonly string[]) =>
  `<${name}>${texts.map((text) => `<member>${text}</member>`).join('')}</${name}>`;
const encoded = (document: EvaluatedPolicy) => encodeURIComponent(JSON.stringify(document));

/** IAM's GetAccountAuthorizationDetails, in one page: everyone, and every policy that someone carries. */
export function accountDetails(store: IamStore): string {
  const principals = store.principals();
  const policies = new Map(
    principals
      .flatMap((principal) => store.attachedPolicies(principal))
      .map((policy) => [policy.arn, policy]),
  );
  const details = (kind: IamPrincipal['kind']) =>
    principals.filter((principal) => principal.kind === kind).map((principal) => detailOf(principal, store));
  return (
    members('UserDetailList', details('user')) +
    members('GroupDetailList', []) +
    members('RoleDetailList', details('role')) +
    members('Policies', [...policies.values()].map(policyDetail)) +
    tag('IsTruncated', 'false')
  );
}

function detailOf(principal: IamPrincipal, store: IamStore): string {
  const { kind, name, path, arn, id, createdAt, inline } = principal;
  const noun = kind === 'user' ? 'User' : 'Role';
  return (
    tag('Path', path) +
    tag(`${noun}Name`, name) +
    tag(`${noun}Id`, id) +
    tag('Arn', arn) +
    tag('CreateDate', createdAt.toISOString()) +
    members(
      `${noun}PolicyList`,
      [...inline].map(
        ([PolicyName, document]) => tag('PolicyName', PolicyName) + tag('PolicyDocument', encoded(document)),
      ),
    ) +
    members(
      'AttachedManagedPolicies',
      store
        .attachedPolicies(principal)
        .map((policy) => tag('PolicyName', policy.name) + tag('PolicyArn', policy.arn)),
    )
  );
}

function policyDetail({ arn, name, path, document, defaultVersionId }: ManagedPolicy): string {
  const version =
    tag('Document', encoded(document)) + tag('VersionId', defaultVersionId) + tag('IsDefaultVersion', 'true');
  return (
    tag('PolicyName', name) + tag('Arn', arn) + tag('Path', path) + members('PolicyVersionList', [version])
  );
}

/** IAM's GetAccountSummary, as far as quotas matter here: AWS's own defaults. */
export function accountSummary(store: IamStore): string {
  const roles = store.principals().filter(({ kind }) => kind === 'role').length;
  const figures = {
    Roles: roles,
    RolesQuota: 1000,
    Policies: 2,
    PoliciesQuota: 1500,
    AttachedPoliciesPerUserQuota: attachmentQuota.user,
    AttachedPoliciesPerRoleQuota: attachmentQuota.role,
  };
  const entries = Object.entries(figures).map(
    ([key, value]) => `<entry>${tag('key', key)}${tag('value', String(value))}</entry>`,
  );
  return `<SummaryMap>${entries.join('')}</SummaryMap>`;
}
