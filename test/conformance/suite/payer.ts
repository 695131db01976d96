const arnShape = /^arn:aws(?:-[a-z-]+)?:(iam|sts)::(\d{12}):([^/]+)(?:\/(.+))?$/;

/** Of a record that does not say who called. */
export const nobody = 'unknown';

/** One spelling of a payer: an IAM name is unique in its account whatever path stands before it. */
export function payerName(name: string): string {
  const [, service, account, type, rest] = arnShape.exec(name) ?? [];
  if (service === undefined || type === undefined) return name;
  if (rest === undefined) return `${account}:${type}`;
  // An assumed role is followed by its session; a role named so without one is the role.
  if (type === 'assumed-role') {
    const [role, session] = rest.split('/');
    return session === undefined ? `${account}:role/${role}` : `${account}:role/${role}/${session}`;
  }
  return `${account}:${type}/${rest.split('/').at(-1)}`;
}

/** The role of a session's name; undefined for everyone else. */
export const roleOf = (name: string): string | undefined => /^(\d{12}:role\/[^/]+)\/[^/]+$/.exec(name)?.[1];
