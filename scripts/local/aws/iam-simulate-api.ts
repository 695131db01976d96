import { principalContext } from './bedrock-call.ts';
import { IamError, noSuchEntity } from './iam-error.ts';
import { list, nestedParams, type Operation, page, required } from './iam-params.ts';
import type { IamPrincipal, IamStore } from './iam-store.ts';
import { tag } from './iam-xml.ts';
import { evaluatePolicies } from './policy.ts';

interface ContextEntry {
  readonly ContextKeyName: string;
  readonly ContextKeyType?: string;
  readonly ContextKeyValues?: readonly string[];
}

/**
 * What the principal's own policies say, as they are visible now: it proves what is configured, not that the services
 * have heard of it.
 */
export const simulatePrincipalPolicy: Operation = (store, params) => {
  const principal = principalOf(store, required(params, 'PolicySourceArn'));
  const asked = nestedParams(params);
  const actions = asked['ActionNames'] as readonly string[] | undefined;
  if (!actions)
    throw new IamError('ValidationError', 400, 'The request must contain the parameter ActionNames.');
  const resources = (asked['ResourceArns'] as readonly string[] | undefined) ?? ['*'];
  const context = {
    ...principalContext(principal, principal.arn, store.now()),
    ...contextOf((asked['ContextEntries'] as readonly ContextEntry[] | undefined) ?? []),
  };
  const policies = store.policiesOf(principal);
  const results = actions.flatMap((action) =>
    resources.map((resource) => {
      const { decision, decidedBy } = evaluatePolicies(policies, { action, resource, context });
      const matched = decidedBy.map(
        (id) => tag('SourcePolicyId', id) + tag('SourcePolicyType', 'IAM Policy'),
      );
      return (
        tag('EvalActionName', action) +
        tag('EvalResourceName', resource) +
        tag('EvalDecision', decision) +
        list('MatchedStatements', matched) +
        list('MissingContextValues', [])
      );
    }),
  );
  const { items, more } = page(results, params);
  return list('EvaluationResults', items) + more;
};

function principalOf(store: IamStore, arn: string): IamPrincipal {
  const principal = store.principals().find((each) => each.arn === arn);
  if (principal) return principal;
  throw noSuchEntity(`The policy source ${arn} does not exist.`);
}

function contextOf(entries: readonly ContextEntry[]): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    entries.map(({ ContextKeyName, ContextKeyType = 'string', ContextKeyValues = [] }) => [
      ContextKeyName,
      ContextKeyType.endsWith('List') ? ContextKeyValues : (ContextKeyValues[0] ?? ''),
    ]),
  );
}
