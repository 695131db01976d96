import type { IamPrincipalKind } from './iam-store.ts';

/** One thing that IAM checks before AWS does what an API call asks. */
export interface RequiredPermission {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** The parsed JSON of a request, or its query parameters. */
export type Body = Readonly<Record<string, unknown>>;

export interface RequestPlace {
  readonly region: string;
  readonly account: string;
}

/** What IAM knows and a request to it leaves out. */
export interface IamKnowledge {
  /** The path of a user or role by its name; '/' when unknown. */
  readonly pathOf: (kind: IamPrincipalKind, name: string) => string;
  /** The tags of a user or role, which conditions on `aws:ResourceTag/…` compare. */
  readonly tagsOf: (kind: IamPrincipalKind, name: string) => Readonly<Record<string, string>>;
  /** What a service-specific credential is for, by its id. */
  readonly serviceOf: (credentialId: string) => string | undefined;
}

export interface Ask extends RequestPlace, IamKnowledge {
  readonly operation: string;
  readonly body: Body;
}

export function permission(
  action: string,
  resource: string,
  context: RequiredPermission['context'] = {},
): RequiredPermission {
  return { action, resource, context };
}

/** @throws Error when the request lacks the text that names its resource. */
export function textOf(body: Body, name: string, operation: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${operation} lacks ${name}, so nobody can tell which permission it needs: add it.`);
}
