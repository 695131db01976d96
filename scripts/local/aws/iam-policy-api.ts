import { encodedDocument, list, type Operation, page, policyDocument, required } from './iam-params.ts';
import type { PolicyVersion } from './iam-policies.ts';
import type { IamPrincipalKind } from './iam-store.ts';
import { tag } from './iam-xml.ts';

const arnIn = (params: URLSearchParams) => required(params, 'PolicyArn');

const versionXml = (version: PolicyVersion, defaultId: string) =>
  tag('VersionId', version.id) +
  tag('IsDefaultVersion', String(version.id === defaultId)) +
  tag('CreateDate', version.createdAt.toISOString());

/** Managed policies, their versions, and who carries them. */
export const policyOperations: Readonly<Record<string, Operation>> = {
  GetPolicy: (store, params) => {
    const { arn, name, path, id, defaultVersionId, versions } = store.policy(arnIn(params));
    const [first] = versions;
    const parts = tag('PolicyName', name) + tag('PolicyId', id) + tag('Arn', arn) + tag('Path', path);
    const dates =
      tag('CreateDate', (first?.createdAt ?? store.now()).toISOString()) +
      tag('UpdateDate', (versions.at(-1)?.createdAt ?? store.now()).toISOString());
    const count = tag('AttachmentCount', String(store.carriersOf(arn).length));
    const rest = tag('DefaultVersionId', defaultVersionId) + count + tag('IsAttachable', 'true') + dates;
    return `<Policy>${parts}${rest}</Policy>`;
  },
  GetPolicyVersion: (store, params) => {
    const policy = store.policy(arnIn(params));
    const version = store.managed.version(policy.arn, required(params, 'VersionId'));
    const document = tag('Document', encodedDocument(version.document));
    return `<PolicyVersion>${document}${versionXml(version, policy.defaultVersionId)}</PolicyVersion>`;
  },
  ListPolicyVersions: (store, params) => {
    const { versions, defaultVersionId } = store.policy(arnIn(params));
    const { items, more } = page(versions.toReversed(), params);
    return (
      list(
        'Versions',
        items.map((version) => versionXml(version, defaultVersionId)),
      ) + more
    );
  },
  CreatePolicyVersion: (store, params) => {
    const asDefault = params.get('SetAsDefault') === 'true';
    const version = store.managed.createVersion(arnIn(params), policyDocument(params), asDefault);
    const { defaultVersionId } = store.policy(arnIn(params));
    return `<PolicyVersion>${versionXml(version, defaultVersionId)}</PolicyVersion>`;
  },
  SetDefaultPolicyVersion: (store, params) => {
    store.managed.setDefault(arnIn(params), required(params, 'VersionId'));
    return '';
  },
  DeletePolicyVersion: (store, params) => {
    store.managed.deleteVersion(arnIn(params), required(params, 'VersionId'));
    return '';
  },
  ListEntitiesForPolicy: (store, params) => {
    const { arn } = store.policy(arnIn(params));
    const filter = params.get('EntityFilter');
    const prefix = params.get('PathPrefix') ?? '/';
    const holders = store
      .principals()
      .filter(({ kind, path }) => path.startsWith(prefix) && (!filter || filter.toLowerCase() === kind))
      .filter((principal) => store.attachedPolicies(principal).some((policy) => policy.arn === arn));
    const { items, more } = page(holders, params);
    const members = (kind: IamPrincipalKind, noun: string) =>
      items
        .filter((holder) => holder.kind === kind)
        .map(({ name, id }) => tag(`${noun}Name`, name) + tag(`${noun}Id`, id));
    return (
      list('PolicyGroups', []) +
      list('PolicyUsers', members('user', 'User')) +
      list('PolicyRoles', members('role', 'Role')) +
      more
    );
  },
};
