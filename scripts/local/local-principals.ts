import { subjectOf } from '../../lambda/domain/subject.ts';
import type { LocalAssembly } from './assembly/local-assembly.ts';
import { ensurePrincipal } from './aws/bedrock-identity.ts';
import type { IamStore } from './aws/iam-store.ts';
import type { EvaluatedPolicy } from './aws/policy.ts';

/** A user or role that exists from the start. */
export interface LocalPrincipal {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly path?: string | undefined;
  /** @default free use of Bedrock */
  readonly policies?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Bedrock API keys of a user. */
  readonly apiKeys?: readonly LocalApiKey[] | undefined;
}

export interface LocalApiKey {
  /** Its alias. */
  readonly name: string;
  /** @default Active */
  readonly status?: 'Active' | 'Inactive' | undefined;
  /** @default it never expires */
  readonly ageDays?: number | undefined;
}

/** Puts into the local IAM what the templates define, and who was named. */
export function populateIam(
  store: IamStore,
  assembly: LocalAssembly,
  principals: Readonly<Record<string, LocalPrincipal>>,
): void {
  for (const { arn, document } of assembly.managedPolicies) store.putPolicy(arn, document);
  for (const { name, path } of assembly.roles) store.create('role', { name, path });
  for (const [id, { tags = {}, path = '/', policies, apiKeys = [] }] of Object.entries(principals)) {
    const { type, name = '' } = subjectOf(id);
    const kind = type === 'user' ? 'user' : 'role';
    for (const { name: alias, status = 'Active', ageDays } of apiKeys) {
      const key = {
        service: 'bedrock.amazonaws.com',
        alias,
        status,
        ...(ageDays !== undefined && { ageDays }),
      };
      store.credentials.create(name, key);
    }
    if (!policies) {
      ensurePrincipal(store, `arn:aws:iam::${assembly.place.account}:${kind}${path}${name}`);
      for (const [key, value] of Object.entries(tags)) store.get(kind, name).tags.set(key, value);
      continue;
    }
    const inline = policies.map((document, index) => [
      `Policy${index + 1}`,
      document as unknown as EvaluatedPolicy,
    ]);
    store.create(kind, { name, path, tags, inline: Object.fromEntries(inline) });
  }
}

/** Whoever made a logged call exists in IAM. A line that names nobody is ingest's to judge. */
export function ensureCallers(store: IamStore, lines: readonly string[]): void {
  for (const line of lines) {
    const arn = identityOf(line);
    if (arn?.split(':')[4] !== store.account) continue;
    try {
      ensurePrincipal(store, arn);
    } catch {
      // No identity that IAM could know: what a line with it comes to is for ingest to decide.
    }
  }
}

function identityOf(line: string): string | undefined {
  try {
    const arn: unknown = JSON.parse(line)?.identity?.arn;
    return typeof arn === 'string' ? arn : undefined;
  } catch {
    return undefined;
  }
}
