import type { IamPrincipal, IamPrincipalKind, IamStore } from './iam-store.ts';
import type { EvaluatedPolicy } from './policy.ts';

/** Who an `identity.arn` is. */
export type BedrockIdentity =
  | { readonly kind: 'root' }
  | { readonly kind: 'federated'; readonly name: string }
  | {
      readonly kind: IamPrincipalKind;
      readonly name: string;
      readonly path: string;
      readonly session?: string;
    };

/** What an identity that nobody described may do. */
const bedrockAccess: EvaluatedPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'UseBedrock', Effect: 'Allow', Action: ['bedrock:*', 'bedrock-mantle:*'], Resource: '*' },
  ],
};

/** @throws Error for an ARN of no known kind of identity. */
export function parseIdentity(arn: string): BedrockIdentity {
  const parts = /^arn:[^:]+:(iam|sts)::\d{12}:(.+)$/.exec(arn);
  const what = parts?.[2] ?? '';
  if (parts?.[1] === 'iam') {
    if (what === 'root') return { kind: 'root' };
    const principal = /^(user|role)(\/(?:.+\/)?)([^/]+)$/.exec(what);
    if (principal?.[1] && principal[2] && principal[3]) {
      return { kind: principal[1] as IamPrincipalKind, path: principal[2], name: principal[3] };
    }
  } else {
    const session = /^assumed-role\/([^/]+)\/(.+)$/.exec(what);
    if (session?.[1] && session[2]) {
      return { kind: 'role', name: session[1], path: pathOfSessionRole(session[1]), session: session[2] };
    }
    const federated = /^federated-user\/(.+)$/.exec(what);
    if (federated?.[1]) return { kind: 'federated', name: federated[1] };
  }
  throw new Error(
    `The identity "${arn}" is none that can call Bedrock: give the ARN of a user, role session, federated user or root.`,
  );
}

/** A session's ARN has no path, but roles that AWS owns can only be in AWS's own. */
function pathOfSessionRole(name: string): string {
  if (name.startsWith('AWSReservedSSO_')) return '/aws-reserved/sso.amazonaws.com/';
  if (name.startsWith('AWSServiceRoleFor')) return '/aws-service-role/';
  return '/';
}

/**
 * The user or role behind an identity, created with the path its ARN shows and free use of Bedrock when it is new.
 * Root and federated users are no IAM principals: undefined.
 */
export function ensurePrincipal(store: IamStore, arn: string): IamPrincipal | undefined {
  const identity = parseIdentity(arn);
  if (identity.kind === 'root' || identity.kind === 'federated') return undefined;
  const { kind, name, path } = identity;
  return (
    store.find(kind, name) ?? store.create(kind, { name, path, inline: { BedrockAccess: bedrockAccess } })
  );
}
