import { subjectOf } from './subject.ts';
/**
 * Who pays for a call, read from `identity.arn` alone: the one thing in a record that AWS wrote about its caller.
 */

export type IdentityKind = 'user' | 'role' | 'session' | 'root' | 'federated' | 'unknown';

export interface Identity {
  /** Principal id that budgets know: `user/alice`, `role/App`, `role/App/session`, `root`, `federated/bob`, `unknown`. */
  readonly id: string;
  readonly kind: IdentityKind;
  /** Name in the ledger's key: never a session and no setting, so that a changed setting moves no redelivery. */
  readonly ledgerName: string;
  readonly roleName?: string;
  readonly session?: string;
  readonly account?: string;
}

export interface IdentityOptions {
  /** Names of roles that several people share: each session is a principal of its own. */
  readonly sharedRoles: readonly string[];
  /** Account whose log it is: a caller of another one gets that account's number before its id, and is no namesake. */
  readonly homeAccount?: string;
}

const unknown: Identity = { id: 'unknown', kind: 'unknown', ledgerName: 'unknown' };

const arnShape = /^arn:aws(?:-[a-z-]+)?:(iam|sts)::(\d{12}):(.+)$/;

/** Characters that IAM and STS allow in the names of users, roles and sessions. */
const nameShape = /^[\w+=,.@-]{1,128}$/;

/** Identity Center's roles end in 16 hex digits; the permission set's name between may hold underscores. */
const identityCenterRole = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/** The permission set that a role's name tells of; undefined where it is not named as Identity Center names its own. */
export const permissionSetOf = (roleName: string): string | undefined =>
  identityCenterRole.exec(roleName)?.[1];

/** Whether a role is named as Identity Center names its own; only the role's path proves that it is one. */
export const isIdentityCenterRole = (roleName: string): boolean => permissionSetOf(roleName) !== undefined;

/**
 * Whether each session of a role is a principal of its own. Such a role has a budget beside those of its sessions, since
 * whoever may assume it may choose another session name at will.
 */
export const paysBySession = (roleName: string, { sharedRoles }: Pick<IdentityOptions, 'sharedRoles'>) =>
  isIdentityCenterRole(roleName) || sharedRoles.includes(roleName);

/** A principal's name in the ledger's key: without a session, and without the account of a caller from elsewhere. */
export function ledgerNameOf(principal: string): string {
  const { id, role, account } = subjectOf(principal);
  return (role ?? id).slice(account === undefined ? 0 : account.length + 1);
}

/** Reads an ARN and tells callers of other accounts from their namesakes here. */
export function identify(arn: string | undefined, options: IdentityOptions): Identity {
  const identity = identifyHere(arn, options);
  const { homeAccount } = options;
  const foreign =
    homeAccount !== undefined && identity.account !== undefined && identity.account !== homeAccount;
  return foreign ? { ...identity, id: `${identity.account}:${identity.id}` } : identity;
}

/** Reads an ARN; what is masked, cut or of no known form is `unknown`, and still pays. */
function identifyHere(arn: string | undefined, options: IdentityOptions): Identity {
  const [, service, account, resource] = arnShape.exec(arn ?? '') ?? [];
  if (account === undefined || resource === undefined) {
    return unknown;
  }
  const [type, ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  if (service === 'iam' && resource === 'root') {
    return { id: 'root', kind: 'root', ledgerName: 'root', account };
  }
  if (!nameShape.test(name)) {
    return unknown;
  }
  switch (`${service}:${type}`) {
    case 'iam:user':
      return { id: `user/${name}`, kind: 'user', ledgerName: `user/${name}`, account };
    case 'iam:role':
      return { id: `role/${name}`, kind: 'role', ledgerName: `role/${name}`, roleName: name, account };
    case 'sts:federated-user':
      return { id: `federated/${name}`, kind: 'federated', ledgerName: `federated/${name}`, account };
    case 'sts:assumed-role':
      return assumedRole(path, account, options);
    default:
      return unknown;
  }
}

function assumedRole(path: readonly string[], account: string, options: IdentityOptions): Identity {
  const [roleName = '', session = '', ...rest] = path;
  if (!nameShape.test(roleName) || session === '' || rest.length > 0) {
    return unknown;
  }
  const ledgerName = `role/${roleName}`;
  if (paysBySession(roleName, options)) {
    return { id: `${ledgerName}/${session}`, kind: 'session', ledgerName, roleName, session, account };
  }
  return { id: ledgerName, kind: 'role', ledgerName, roleName, session, account };
}
