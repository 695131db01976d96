import type { FunctionSpec } from '../assembly/local-assembly.ts';
import { operatorCredentials } from '../local-clients.ts';

/** Who signs a call: one of the functions, someone of the account, or the operator, whom nothing binds. */
export type RequestSigner =
  | { readonly kind: 'function'; readonly spec: FunctionSpec }
  | { readonly kind: 'actor'; readonly arn: string }
  | { readonly kind: 'operator' };

const actorPrefix = 'LOCALACTOR';

/** Credentials of anyone in the account, for any client of the gateway; that identity's own policies bind the calls. */
export const actorCredentials = (arn: string) => ({
  accessKeyId: `${actorPrefix}${Buffer.from(arn).toString('base64url')}`,
  secretAccessKey: operatorCredentials.secretAccessKey,
});

/** The identity behind such an access key; undefined for any other. */
export function actorOfKey(accessKey: string): string | undefined {
  if (!accessKey.startsWith(actorPrefix)) return undefined;
  return Buffer.from(accessKey.slice(actorPrefix.length), 'base64url').toString();
}

/** As CloudTrail and STS name the caller: a function is a session of its role. */
export function arnOfCaller(caller: RequestSigner, account: string): string {
  switch (caller.kind) {
    case 'function': {
      const role = caller.spec.roleArn.split('/').at(-1);
      return `arn:aws:sts::${account}:assumed-role/${role}/${caller.spec.name}`;
    }
    case 'actor':
      return caller.arn;
    case 'operator':
      return `arn:aws:iam::${account}:user/operator`;
  }
}
