import { isIdentityCenterRole } from '../principal.ts';
import { subjectOf } from '../subject.ts';

/** Where the deny for a principal is attached, or why none can stop it. */
export type Target = Enforceable | { readonly unenforceable: string };

/** A user or role, or a single session of a role. */
export type Enforceable =
  | { readonly type: 'user' | 'role'; readonly name: string }
  | { readonly type: 'session'; readonly name: string; readonly session: string };

/** Set to `true` on a user or role, this tag keeps every deny of ours off it. */
export const exemptTag = 'BedrockBudgetExempt';

/** What an admin can do where only AWS may change a role (IAM answers UnmodifiableEntity). */
const identityCenter =
  'Only AWS can change an Identity Center role: deny it with a service control policy ("budgeteer organization people" renders it), or remove the assignment.';
const serviceLinked = 'Only AWS can change a service-linked role: stop the service that uses it.';

/**
 * The IAM user or role that a principal id stands for. A name like those of Identity Center exempts no
 * role, since anyone can choose it: `protectedPath` says whose role it is.
 * @param fencedRoles shared roles whose single sessions can be denied
 */
export function iamTarget(subject: string, fencedRoles: readonly string[] = []): Target {
  const { type, name, session, account } = subjectOf(subject);
  if (account !== undefined) {
    return { unenforceable: `It belongs to account ${account}: no policy of this account reaches it.` };
  }
  if ((type !== 'user' && type !== 'role' && type !== 'session') || name === undefined) {
    return { unenforceable: `No IAM policy reaches ${subject}: revoke its credentials.` };
  }
  if (type !== 'user' && name.startsWith('AWSServiceRoleFor')) return { unenforceable: serviceLinked };
  if (session !== undefined && fencedRoles.includes(name)) return { type: 'session', name, session };
  if (session !== undefined) {
    const shared = `A deny on the shared role ${name} would hit everyone on it: add the role to fencedRoles, or end the session by hand.`;
    return { unenforceable: isIdentityCenterRole(name) ? identityCenter : shared };
  }
  return { type: type === 'user' ? 'user' : 'role', name };
}

const protectedPaths: readonly [string, string][] = [
  ['/aws-reserved/sso.amazonaws.com/', identityCenter],
  ['/aws-reserved/', 'Its path says that it belongs to AWS: deny it with a service control policy.'],
  ['/aws-service-role/', serviceLinked],
  [
    '/break-glass/',
    'It is under the break-glass path, which is never touched: deny it by hand if it has to stop.',
  ],
  ['/bedrock-budget/', 'It is a part of Bedrock Budgeteer itself.'],
];

/** Why a principal under this path is never touched; undefined for all others. */
export function protectedPath(path: string): string | undefined {
  return protectedPaths.find(([prefix]) => path.startsWith(prefix))?.[1];
}

/** Why a principal with these tags is never stopped; undefined for all others. */
export function protectedTag(tags: Readonly<Record<string, string>>): string | undefined {
  // As IAM reads it: keys of tags without regard to case, values to the letter.
  const exempt = Object.entries(tags).some(
    ([key, value]) => key.toLowerCase() === exemptTag.toLowerCase() && value === 'true',
  );
  return exempt ? `It carries the tag ${exemptTag}=true: take that off to have it stopped.` : undefined;
}
