/** Where a deny of ours goes for a principal, or why none can bite there. */
export type Target =
  | { readonly type: 'user' | 'role'; readonly name: string }
  | { readonly unenforceable: string };

/** Roles that only AWS may change (IAM answers UnmodifiableEntity), and what an admin can do instead. */
const reserved: readonly [RegExp, string][] = [
  [
    /^AWSReservedSSO_/,
    'Only AWS can change an Identity Center role: deny it with a service control policy, or remove the assignment.',
  ],
  [/^AWSServiceRoleFor/, 'Only AWS can change a service-linked role: stop the service that uses it.'],
];

/** The IAM user or role that a principal id stands for. */
export function iamTarget(subject: string): Target {
  const [type, name, session] = subject.split('/');
  if (/^\d{12}:/.test(subject)) {
    return {
      unenforceable: `It belongs to account ${subject.slice(0, 12)}: no policy of this account reaches it.`,
    };
  }
  if ((type !== 'user' && type !== 'role') || name === undefined || name === '') {
    return { unenforceable: `No IAM policy reaches ${subject}: revoke its credentials.` };
  }
  const reason = type === 'role' ? reserved.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  if (reason !== undefined) return { unenforceable: reason };
  if (session !== undefined) {
    return {
      unenforceable: `A deny on the shared role ${name} would hit everyone on it: end the session by hand.`,
    };
  }
  return { type, name };
}

const protectedPaths: readonly [string, string][] = [
  ['/aws-reserved/', 'Its path says that it belongs to AWS.'],
  ['/aws-service-role/', 'Its path says that it belongs to AWS.'],
  ['/break-glass/', 'It is under the break-glass path, which is never touched.'],
  ['/bedrock-budget/', 'It is a part of Bedrock Budgeteer itself.'],
];

/** Why a principal under this path is never touched; undefined for all others. */
export function protectedPath(path: string): string | undefined {
  return protectedPaths.find(([prefix]) => path.startsWith(prefix))?.[1];
}
