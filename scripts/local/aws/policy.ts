import { type Conditions, conditionsHold, PolicyError, parseOperator } from './policy-conditions.ts';
import { type ContextLookup, type ContextValue, matchesWildcard } from './policy-match.ts';
import { matchesPrincipal, type PrincipalElement, type PrincipalMatch } from './policy-principal.ts';

type OneOrMany = string | readonly string[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Conditions;
}

export interface EvaluatedPolicy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** A policy and the name that `because` gives it. */
export interface SourcedPolicy {
  readonly source: string;
  readonly document: EvaluatedPolicy;
  /** What the policy simulator calls it. @default the source */
  readonly id?: string;
}

export interface AccessRequest {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  readonly principalArn?: string;
  /** Host name of the AWS service that calls, for resource policies: `sns.amazonaws.com`. */
  readonly principalService?: string;
  readonly context: Readonly<Record<string, ContextValue>>;
}

export interface AccessDecision {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** One clause that names the policy and the statement's Sid. */
  readonly because: string;
  /** Ids of the policies whose statements decided: the denying ones, or else the allowing ones; one for each. */
  readonly decidedBy: readonly string[];
}

/**
 * What the policies attached to one identity say about one request: any matching Deny wins, else any matching Allow.
 *
 * @throws PolicyError for anything in any of the documents that this imitation does not understand.
 */
export function evaluatePolicies(policies: readonly SourcedPolicy[], request: AccessRequest): AccessDecision {
  for (const policy of policies) {
    for (const statement of statementsOf(policy)) {
      if (statement.Principal !== undefined) {
        throw new PolicyError(
          `${named(policy, statement)} has a Principal, which only a resource policy may have.`,
        );
      }
    }
  }
  return decide(policies, request, () => 'named');
}

/**
 * What a policy on a resource (queue, bucket, bus, function) says about one request.
 *
 * An Allow for the whole account (`"AWS": "111122223333"`) only delegates to the identity's own policies, so it does not
 * by itself allow; a Deny for the account does deny.
 */
export function evaluateResourcePolicy(policy: SourcedPolicy, request: AccessRequest): AccessDecision {
  return decide([policy], request, (statement) => {
    if (statement.Principal === undefined) {
      throw new PolicyError(`${named(policy, statement)} has no Principal, which a resource policy needs.`);
    }
    const match = matchesPrincipal(statement.Principal, request);
    return match === 'account' && statement.Effect === 'Allow' ? 'none' : match;
  });
}

function decide(
  policies: readonly SourcedPolicy[],
  request: AccessRequest,
  principal: (statement: PolicyStatement) => PrincipalMatch,
): AccessDecision {
  const lookup = lookupIn(request);
  const allowedBy: { readonly name: string; readonly id: string }[] = [];
  const deniedBy: typeof allowedBy = [];
  for (const policy of policies) {
    const variables = policy.document.Version === '2012-10-17' ? lookup : undefined;
    for (const statement of statementsOf(policy)) {
      if (principal(statement) === 'none' || !applies(statement, request, lookup, variables)) continue;
      const matched = { name: named(policy, statement), id: policy.id ?? policy.source };
      (statement.Effect === 'Deny' ? deniedBy : allowedBy).push(matched);
    }
  }
  const what = `${request.action} on ${request.resource}`;
  const [deny] = deniedBy;
  if (deny) return decision('explicitDeny', `${deny.name} denies ${what}`, deniedBy);
  const [allow] = allowedBy;
  if (allow) return decision('allowed', `${allow.name} allows ${what}`, allowedBy);
  return decision('implicitDeny', `no policy allows ${what}`, []);
}

const decision = (
  name: AccessDecision['decision'],
  because: string,
  by: readonly { readonly id: string }[],
): AccessDecision => ({ decision: name, because, decidedBy: by.map(({ id }) => id) });

function applies(
  statement: PolicyStatement,
  request: AccessRequest,
  lookup: ContextLookup,
  variables: ContextLookup | undefined,
): boolean {
  const actionFits = (pattern: string) => matchesWildcard(pattern, request.action, { ignoreCase: true });
  const resourceFits = (pattern: string) => matchesWildcard(pattern, request.resource, { lookup: variables });
  const action = statement.Action
    ? listOf(statement.Action).some(actionFits)
    : !listOf(statement.NotAction).some(actionFits);
  if (!action) return false;
  const resource = statement.Resource
    ? listOf(statement.Resource).some(resourceFits)
    : !listOf(statement.NotResource).some(resourceFits);
  return resource && conditionsHold(statement.Condition ?? {}, lookup, variables);
}

function lookupIn(request: AccessRequest): ContextLookup {
  const byLowerCase = new Map<string, ContextValue>();
  if (request.principalArn) byLowerCase.set('aws:principalarn', request.principalArn);
  for (const [key, value] of Object.entries(request.context)) byLowerCase.set(key.toLowerCase(), value);
  return (key) => byLowerCase.get(key.toLowerCase());
}

const documentElements = new Set(['Version', 'Id', 'Statement']);
const statementElements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
/** Checking once per document keeps the evaluation of thousands of requests cheap. */
const checked = new WeakSet<EvaluatedPolicy>();

function statementsOf(policy: SourcedPolicy): readonly PolicyStatement[] {
  const statements = [policy.document.Statement].flat() as readonly PolicyStatement[];
  if (!checked.has(policy.document)) {
    const unknown = Object.keys(policy.document).find((key) => !documentElements.has(key));
    if (unknown) throw new PolicyError(`${policy.source} has the unknown element "${unknown}".`);
    for (const statement of statements) check(statement, named(policy, statement));
    checked.add(policy.document);
  }
  return statements;
}

function check(statement: PolicyStatement, name: string): void {
  const unknown = Object.keys(statement).find((key) => !statementElements.has(key));
  if (unknown)
    throw new PolicyError(`${name} has the element "${unknown}", which the local IAM does not know.`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new PolicyError(`${name} has the effect "${statement.Effect}": it must be Allow or Deny.`);
  }
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
    throw new PolicyError(`${name} needs exactly one of Action and NotAction.`);
  }
  if ((statement.Resource === undefined) === (statement.NotResource === undefined)) {
    throw new PolicyError(`${name} needs exactly one of Resource and NotResource.`);
  }
  const texts = [statement.Action, statement.NotAction, statement.Resource, statement.NotResource];
  if (texts.flatMap(listOf).some((text) => typeof text !== 'string')) {
    throw new PolicyError(`${name} has an action or a resource that is no text: resolve the template first.`);
  }
  for (const operator of Object.keys(statement.Condition ?? {})) parseOperator(operator);
}

function named(policy: SourcedPolicy, statement: PolicyStatement): string {
  if (statement.Sid) return `${policy.source} (${statement.Sid})`;
  const position = ([policy.document.Statement].flat() as readonly PolicyStatement[]).indexOf(statement);
  return `${policy.source} (statement ${position + 1})`;
}

function listOf(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : ([value].flat() as readonly string[]);
}
