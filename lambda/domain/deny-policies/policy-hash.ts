import { createHash } from 'node:crypto';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The same for policies that mean the same: order does not matter, nor does a list of one. */
export function policyHash(document: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(document as Json)))
    .digest('hex');
}

function canonical(value: Json): Json {
  if (Array.isArray(value)) {
    const members = value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return members.length === 1 ? (members[0] as Json) : members;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  );
}
