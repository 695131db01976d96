import { principalContext } from './bedrock-call.ts';
import { ensurePrincipal, parseIdentity } from './bedrock-identity.ts';
import type { IamStore } from './iam-store.ts';
import type { RequiredPermission } from './permission.ts';
import { evaluatePolicies } from './policy.ts';

export interface ActorDecision {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly because: string;
}

/** What the policies of someone of the account say, as they are visible now. They bind everyone but root. */
export function actorDecision(store: IamStore, arn: string, needed: RequiredPermission): ActorDecision {
  const identity = parseIdentity(arn);
  if (identity.kind === 'root') return { decision: 'allowed', because: 'IAM policies do not bind root' };
  const principal = ensurePrincipal(store, arn);
  if (!principal) return { decision: 'implicitDeny', because: `${arn} has no policies here` };
  const { action, resource, context } = needed;
  const about = principalContext(principal, arn, store.now());
  return evaluatePolicies(store.policiesOf(principal), {
    action,
    resource,
    context: { ...about, ...context },
  });
}

/** How AWS words a refusal. @returns undefined where all of it is allowed */
export function actorRefusal(
  store: IamStore,
  arn: string,
  needed: readonly RequiredPermission[],
): string | undefined {
  for (const each of needed) {
    const { decision, because } = actorDecision(store, arn, each);
    if (decision === 'allowed') continue;
    return `User: ${arn} is not authorized to perform: ${each.action} on resource: ${each.resource} (${because})`;
  }
  return undefined;
}
