import { ensurePrincipal, parseIdentity } from './bedrock-identity.ts';
import { type BedrockTarget, bedrockTargets } from './bedrock-targets.ts';
import type { IamPrincipal, IamStore } from './iam-store.ts';
import { evaluatePolicies } from './policy.ts';

export { ensurePrincipal } from './bedrock-identity.ts';

export interface BedrockCall {
  readonly identityArn: string;
  /** Anything that Bedrock takes as a model id: bare id, profile id, ARN. */
  readonly modelId: string;
  readonly region: string;
  /** An IAM action, or the name of an API. @default 'bedrock:InvokeModel' */
  readonly action?: string | undefined;
  /**
   * The Bedrock API key that the call is made with, by its id or alias, or `short-term` for a token computed from the
   * caller's own credentials. @default the call is signed
   */
  readonly apiKey?: string | undefined;
  /** `priority`, `default`, `flex` or `reserved`. @default the request names none */
  readonly serviceTier?: string | undefined;
}

export interface BedrockDecision {
  readonly decision: 'allowed' | 'denied';
  /** One sentence that names the policy and its statement. */
  readonly because: string;
}

const shortTerm = 'short-term';
/** IAM authorises these on no resource. */
const onNoResource = /:(?:CallWithBearerToken|InvokeInlineAgent|List\w+)$/;

/** APIs that IAM knows under another action. */
const authorisedAs: Readonly<Record<string, string>> = {
  'bedrock:Converse': 'bedrock:InvokeModel',
  'bedrock:ConverseStream': 'bedrock:InvokeModelWithResponseStream',
  'bedrock:StartAsyncInvoke': 'bedrock:InvokeModel',
  'bedrock:InvokeModelWithBidirectionalStream': 'bedrock:InvokeModel',
};

/**
 * Would AWS let this call through under the policies in force now? Every ARN that the call is authorised on has to be
 * allowed. `profiles` maps application inference profile ARNs to the model or system profile id behind them.
 */
export function decideBedrockCall(
  store: IamStore,
  call: BedrockCall,
  profiles: Readonly<Record<string, string>>,
): BedrockDecision {
  const identity = parseIdentity(call.identityArn);
  if (identity.kind === 'root') {
    return { decision: 'allowed', because: 'IAM policies do not bind the root user.' };
  }
  const principal = ensurePrincipal(store, call.identityArn);
  if (!principal) {
    return { decision: 'allowed', because: 'No policy can be attached to a federated user.' };
  }
  const action = authorisedAs[call.action ?? ''] ?? call.action ?? 'bedrock:InvokeModel';
  const key = keyOf(store, principal, call);
  if (key && key.status !== 'Active') {
    return { decision: 'denied', because: `The API key ${key.alias} is ${key.status.toLowerCase()}.` };
  }
  const { targets: own, caveat } = targetsOf(action, call, store.account, profiles);
  const targets = [...own.map((each) => ({ action, ...each })), ...bearerTargets(action, call)];
  const about = principalContext(principal, call.identityArn, store.now());
  const policies = store.policiesOf(principal);
  const decisions = targets.map(({ action: needed, resource, context }) =>
    evaluatePolicies(policies, { action: needed, resource, context: { ...about, ...context } }),
  );
  // An explicit deny says more than a missing permission, so it is the one to report.
  const against =
    decisions.find(({ decision }) => decision === 'explicitDeny') ??
    decisions.find(({ decision }) => decision === 'implicitDeny');
  const reason = (against ?? decisions[0])?.because ?? 'nothing had to be authorised';
  return {
    decision: against ? 'denied' : 'allowed',
    because: `${sentence(reason)}${caveat ? ` Note: ${caveat}.` : ''}`,
  };
}

function targetsOf(
  action: string,
  call: BedrockCall,
  account: string,
  profiles: Readonly<Record<string, string>>,
): { targets: readonly BedrockTarget[]; caveat?: string } {
  const partition = call.identityArn.split(':')[1] ?? 'aws';
  const requested = { 'aws:RequestedRegion': call.region };
  if (onNoResource.test(action)) return { targets: [{ resource: '*', context: requested }] };
  const tier = call.serviceTier;
  if (!action.startsWith('bedrock-mantle:')) {
    const { targets, caveat } = bedrockTargets(
      call.modelId,
      { partition, region: call.region, account },
      profiles,
    );
    const told = targets.map(({ resource, context }) => ({
      resource,
      context: { ...context, ...(tier !== undefined && { 'bedrock:ServiceTier': tier }) },
    }));
    return { targets: told, ...(caveat !== undefined && { caveat }) };
  }
  // Mantle authorises on the project and tells the model in a condition key.
  const resource = `arn:${partition}:bedrock-mantle:${call.region}:${account}:project/default`;
  const context = {
    ...requested,
    'bedrock-mantle:Model': call.modelId,
    ...(tier !== undefined && { 'bedrock-mantle:ServiceTier': tier }),
  };
  return { targets: [{ resource, context }] };
}

/** A call with any API key needs this permission too. */
function bearerTargets(
  action: string,
  { apiKey, region }: BedrockCall,
): (BedrockTarget & { action: string })[] {
  if (apiKey === undefined) return [];
  const prefix = action.startsWith('bedrock-mantle:') ? 'bedrock-mantle' : 'bedrock';
  const type = apiKey === shortTerm ? 'SHORT_TERM' : 'LONG_TERM';
  const context = { 'aws:RequestedRegion': region, [`${prefix}:BearerTokenType`]: type };
  return [{ action: `${prefix}:CallWithBearerToken`, resource: '*', context }];
}

/** @throws Error for a key that the user does not have */
function keyOf(store: IamStore, { kind, name }: IamPrincipal, { apiKey }: BedrockCall) {
  if (apiKey === undefined || apiKey === shortTerm) return undefined;
  const own = kind === 'user' ? store.credentials.list({ userName: name }) : [];
  const key = own.find(({ id, alias }) => id === apiKey || alias === apiKey);
  if (key) return key;
  const known = own.map(({ alias }) => alias).join(', ') || 'none';
  throw new Error(
    `${kind}/${name} has no API key "${apiKey}" (${known}): name one of the principal's apiKeys.`,
  );
}

/** The condition keys that AWS fills in about the caller and the time. */
export function principalContext(
  principal: IamPrincipal,
  identityArn: string,
  now: Date,
): Record<string, string> {
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(identityArn)?.[1];
  const tags = [...principal.tags].map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  return {
    'aws:PrincipalArn': principal.arn,
    'aws:PrincipalAccount': principal.arn.split(':')[4] ?? '',
    'aws:PrincipalType': principal.kind === 'user' ? 'User' : 'AssumedRole',
    'aws:userid': session ? `${principal.id}:${session}` : principal.id,
    ...(principal.kind === 'user' && { 'aws:username': principal.name }),
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    ...Object.fromEntries(tags),
  };
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
