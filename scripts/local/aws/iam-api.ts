import { accountDetails, accountSummary } from './iam-account-api.ts';
import { IamError, type IamPrincipal, type IamStore, type PrincipalKind } from './iam-store.ts';
import { escapeXml, iamErrorXml, iamResponseXml, tag } from './iam-xml.ts';

export interface IamAnswer {
  readonly status: number;
  /** XML, to be sent as text/xml. */
  readonly body: string;
}

type Operation = (store: IamStore, params: URLSearchParams) => string;

/** Operations that come for users and for roles alike. */
function operationsOn(kind: PrincipalKind): Record<string, Operation> {
  const noun = kind === 'user' ? 'User' : 'Role';
  const principalOf = (store: IamStore, params: URLSearchParams) =>
    store.get(kind, required(params, `${noun}Name`));
  return {
    [`Attach${noun}Policy`]: (store, params) => {
      store.attach(kind, required(params, `${noun}Name`), required(params, 'PolicyArn'));
      return '';
    },
    [`Detach${noun}Policy`]: (store, params) => {
      store.detach(kind, required(params, `${noun}Name`), required(params, 'PolicyArn'));
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
    [`Get${noun}`]: (store, params) => {
      const principal = principalOf(store, params);
      return `<${noun}>${describe(principal)}${tagList([...principal.tags])}</${noun}>`;
    },
    [`List${noun}Tags`]: (store, params) => {
      const { items, more } = page([...principalOf(store, params).tags], params);
      return tagList(items, true) + more;
    },
  };
}

const operations: Readonly<Record<string, Operation>> = {
  ...operationsOn('user'),
  ...operationsOn('role'),
  GetAccountAuthorizationDetails: (store) => accountDetails(store),
  GetAccountSummary: (store) => accountSummary(store),
  GetPolicy: (store, params) => {
    const { arn, name, path, id } = store.policy(required(params, 'PolicyArn'));
    const parts = tag('PolicyName', name) + tag('PolicyId', id) + tag('Arn', arn) + tag('Path', path);
    return `<Policy>${parts}${tag('DefaultVersionId', 'v1')}</Policy>`;
  },
  GetPolicyVersion: (store, params) => {
    const { document } = store.policy(required(params, 'PolicyArn'));
    const text = tag('Document', encodeURIComponent(JSON.stringify(document)));
    return `<PolicyVersion>${text}${tag('VersionId', 'v1')}${tag('IsDefaultVersion', 'true')}</PolicyVersion>`;
  },
  ListEntitiesForPolicy: (store, params) => {
    const { arn } = store.policy(required(params, 'PolicyArn'));
    const filter = params.get('EntityFilter');
    const prefix = params.get('PathPrefix') ?? '/';
    const holders = store
      .principals()
      .filter(({ kind, path }) => path.startsWith(prefix) && (!filter || filter.toLowerCase() === kind))
      .filter((principal) => store.attachedPolicies(principal).some((policy) => policy.arn === arn));
    const { items, more } = page(holders, params);
    const members = (kind: PrincipalKind, noun: string) =>
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

/**
 * Answers one request of the IAM query protocol (version 2010-05-08) as AWS does, errors included.
 * Reads bring pending changes nearer to being visible, after they have been answered from what was visible before.
 */
export function handleIamRequest(store: IamStore, params: URLSearchParams): IamAnswer {
  const action = params.get('Action') ?? '';
  try {
    const fault = store.fault(action);
    if (fault) throw fault;
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (!operation || params.get('Version') !== '2010-05-08') {
      const version = params.get('Version') ?? 'none';
      throw new IamError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
    }
    const result = operation(store, params);
    if (/^(?:Get|List)/.test(action)) store.tick();
    return { status: 200, body: iamResponseXml(action, result) };
  } catch (error) {
    if (!(error instanceof IamError)) throw error;
    return { status: error.status, body: iamErrorXml(error.code, error.message, error.status) };
  }
}

function required(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (value) return value;
  throw new IamError('ValidationError', 400, `The request must contain the parameter ${name}.`);
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

function list(name: string, members: readonly string[]): string {
  return `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`;
}

/** GetUser and GetRole leave the element out where there are no tags. */
function tagList(tags: readonly (readonly [string, string])[], always = false): string {
  if (tags.length === 0 && !always) return '';
  return list(
    'Tags',
    tags.map(([key, value]) => tag('Key', key) + tag('Value', value)),
  );
}

/** Pages as IAM does: `MaxItems` (100 by default) from an opaque `Marker` on. */
function page<T>(all: readonly T[], params: URLSearchParams): { items: readonly T[]; more: string } {
  const size = Number(params.get('MaxItems') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw new IamError('ValidationError', 400, 'MaxItems must be between 1 and 1000.');
  }
  const marker = params.get('Marker');
  const start = marker === null ? 0 : Number(Buffer.from(marker, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) {
    throw new IamError('InvalidInput', 400, `Invalid Marker: ${escapeXml(marker ?? '')}`);
  }
  const end = start + size;
  const truncated = end < all.length;
  const next = truncated ? tag('Marker', Buffer.from(String(end)).toString('base64url')) : '';
  return { items: all.slice(start, end), more: tag('IsTruncated', String(truncated)) + next };
}
