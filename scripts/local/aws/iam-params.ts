import { IamError } from './iam-error.ts';
import type { IamStore } from './iam-store.ts';
import { escapeXml, tag } from './iam-xml.ts';
import type { EvaluatedPolicy } from './policy.ts';

/** Does one call; answers the XML of its result. */
export type Operation = (store: IamStore, params: URLSearchParams) => string;

export function required(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (value) return value;
  throw new IamError('ValidationError', 400, `The request must contain the parameter ${name}.`);
}

/** @throws IamError MalformedPolicyDocument */
export function policyDocument(params: URLSearchParams): EvaluatedPolicy {
  try {
    const document = JSON.parse(required(params, 'PolicyDocument')) as EvaluatedPolicy;
    if (document.Statement !== undefined) return document;
  } catch (error) {
    if (error instanceof IamError) throw error;
  }
  throw new IamError('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
}

/** IAM sends documents as URL-encoded JSON. */
export const encodedDocument = (document: EvaluatedPolicy) => encodeURIComponent(JSON.stringify(document));

export function list(name: string, members: readonly string[]): string {
  return `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`;
}

/** Pages as IAM does: `MaxItems` (100 by default) from an opaque `Marker` on. */
export function page<T>(all: readonly T[], params: URLSearchParams): { items: readonly T[]; more: string } {
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

type Nested = { [name: string]: Nested | string };

/** `Tags.member.1.Key=a` → `{ Tags: [{ Key: 'a' }] }` */
export function nestedParams(params: URLSearchParams): Readonly<Record<string, unknown>> {
  const root: Nested = {};
  for (const [name, value] of params) {
    const parts = name.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const inner = at[part] ?? {};
      at[part] = inner;
      at = inner as Nested;
    }
    at[parts.at(-1) ?? ''] = value;
  }
  return asLists(root) as Readonly<Record<string, unknown>>;
}

function asLists(value: Nested | string): unknown {
  if (typeof value === 'string') return value;
  if (typeof value['member'] === 'object') return Object.values(value['member']).map(asLists);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asLists(inner)]));
}
