import { IamError, noSuchEntity } from './iam-error.ts';
import {
  encodedDocument,
  list,
  nestedParams,
  type Operation,
  page,
  policyDocument,
  required,
} from './iam-params.ts';
import type { IamPrincipal, IamPrincipalKind, IamStore } from './iam-store.ts';
import { escapeXml, tag } from './iam-xml.ts';

/** Operations that come for users and for roles alike. */
export function operationsOn(kind: IamPrincipalKind): Record<string, Operation> {
  const noun = kind === 'user' ? 'User' : 'Role';
  const nameOf = (params: URLSearchParams) => required(params, `${noun}Name`);
  const principalOf = (store: IamStore, params: URLSearchParams) => store.get(kind, nameOf(params));
  const described = (principal: IamPrincipal) =>
    `<${noun}>${describe(principal)}${tagList([...principal.tags])}</${noun}>`;
  return {
    [`Attach${noun}Policy`]: (store, params) => {
      store.attach(kind, nameOf(params), required(params, 'PolicyArn'));
      return '';
    },
    [`Detach${noun}Policy`]: (store, params) => {
      store.detach(kind, nameOf(params), required(params, 'PolicyArn'));
      return '';
    },
    [`ListAttached${noun}Policies`]: (store, params) => {
      const prefix = params.get('PathPrefix') ?? '/';
      const attached = store
        .attachedPolicies(principalOf(store, params))
        .filter(({ path }) => path.startsWith(prefix));
      const { items, more } = page(attached, params);
      const members = items.map(({ name, arn }) => tag('PolicyName', name) + tag('PolicyArn', arn));
      return list('AttachedPolicies', members) + more;
    },
    [`Put${noun}Policy`]: (store, params) => {
      store.putInline(kind, nameOf(params), required(params, 'PolicyName'), policyDocument(params));
      return '';
    },
    [`Get${noun}Policy`]: (store, params) => {
      const principal = principalOf(store, params);
      const policyName = required(params, 'PolicyName');
      const document = principal.inline.get(policyName);
      if (!document) throw noSuchEntity(`The ${kind} policy with name ${policyName} cannot be found.`);
      const named = tag(`${noun}Name`, principal.name) + tag('PolicyName', policyName);
      return named + tag('PolicyDocument', encodedDocument(document));
    },
    [`Delete${noun}Policy`]: (store, params) => {
      store.deleteInline(kind, nameOf(params), required(params, 'PolicyName'));
      return '';
    },
    [`List${noun}Policies`]: (store, params) => {
      const { items, more } = page([...principalOf(store, params).inline.keys()].sort(), params);
      return list('PolicyNames', items.map(escapeXml)) + more;
    },
    [`Get${noun}`]: (store, params) => described(principalOf(store, params)),
    [`List${noun}s`]: (store, params) => {
      const prefix = params.get('PathPrefix') ?? '/';
      const all = store.principals().filter((each) => each.kind === kind && each.path.startsWith(prefix));
      const { items, more } = page(all, params);
      return list(`${noun}s`, items.map(describe)) + more;
    },
    [`Create${noun}`]: (store, params) => {
      const path = params.get('Path');
      return described(
        store.create(kind, { name: nameOf(params), ...(path && { path }), tags: tagsIn(params) }),
      );
    },
    [`Delete${noun}`]: (store, params) => {
      refuseDelete(store, principalOf(store, params));
      store.delete(kind, nameOf(params));
      return '';
    },
    [`List${noun}Tags`]: (store, params) => {
      const { items, more } = page([...principalOf(store, params).tags], params);
      return tagList(items, true) + more;
    },
    [`Tag${noun}`]: (store, params) => {
      const { tags } = principalOf(store, params);
      for (const [key, value] of Object.entries(tagsIn(params))) tags.set(key, value);
      return '';
    },
    [`Untag${noun}`]: (store, params) => {
      const { tags } = principalOf(store, params);
      for (const key of (nestedParams(params)['TagKeys'] ?? []) as string[]) tags.delete(key);
      return '';
    },
  };
}

function tagsIn(params: URLSearchParams): Record<string, string> {
  const tags = (nestedParams(params)['Tags'] ?? []) as readonly { Key: string; Value?: string }[];
  return Object.fromEntries(tags.map(({ Key, Value = '' }) => [Key, Value]));
}

/** AWS deletes nobody who still has something. */
function refuseDelete(store: IamStore, principal: IamPrincipal): void {
  const has =
    store.attachedPolicies(principal).length + principal.inline.size > 0
      ? 'policies'
      : principal.kind === 'user' && store.credentials.list({ userName: principal.name }).length > 0
        ? 'service specific credentials'
        : undefined;
  if (has) throw new IamError('DeleteConflict', 409, `Cannot delete entity, must remove ${has} first.`);
}

function describe({ kind, name, path, arn, id, createdAt }: IamPrincipal): string {
  const noun = kind === 'user' ? 'User' : 'Role';
  const own =
    tag('Path', path) +
    tag(`${noun}Name`, name) +
    tag(`${noun}Id`, id) +
    tag('Arn', arn) +
    tag('CreateDate', createdAt.toISOString());
  if (kind === 'user') return own;
  // The SDK's type says that every role has a trust policy; who may assume it plays no part here.
  const trust = encodeURIComponent('{"Version":"2012-10-17","Statement":[]}');
  return own + tag('AssumeRolePolicyDocument', trust) + tag('MaxSessionDuration', '3600');
}

/** GetUser and GetRole leave the element out where there are no tags. */
function tagList(tags: readonly (readonly [string, string])[], always = false): string {
  if (tags.length === 0 && !always) return '';
  return list(
    'Tags',
    tags.map(([key, value]) => tag('Key', key) + tag('Value', value)),
  );
}
