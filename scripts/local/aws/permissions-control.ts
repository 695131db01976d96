import type { PrincipalKind } from './iam-store.ts';
import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** Operations of Step Functions, and the parameter that names the resource. */
const statesResources = new Map(
  Object.entries({
    StartExecution: 'stateMachineArn',
    StartSyncExecution: 'stateMachineArn',
    ListExecutions: 'stateMachineArn',
    DescribeStateMachine: 'stateMachineArn',
    DescribeExecution: 'executionArn',
    GetExecutionHistory: 'executionArn',
    StopExecution: 'executionArn',
  }),
);
/** Their token does not tell the machine, so AWS checks them on everything. */
const tokenOperations = new Set(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']);

/** @returns undefined for an operation that is not known. */
export function statesPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (tokenOperations.has(operation) || operation === 'ListStateMachines') {
    return [permission(`states:${operation}`, '*')];
  }
  const resource = statesResources.get(operation);
  return resource ? [permission(`states:${operation}`, textOf(body, resource, operation))] : undefined;
}

const lambdaActions = new Map(
  Object.entries({
    Invoke: 'InvokeFunction',
    InvokeAsync: 'InvokeFunction',
    InvokeWithResponseStream: 'InvokeFunction',
    GetFunction: 'GetFunction',
    GetFunctionConfiguration: 'GetFunctionConfiguration',
  }),
);

/** @returns undefined for an operation that is not known. */
export function lambdaPermissions({
  operation,
  body,
  region,
  account,
}: Ask): RequiredPermission[] | undefined {
  const action = lambdaActions.get(operation);
  if (!action) return undefined;
  const given = decodeURIComponent(textOf(body, 'FunctionName', operation));
  // A name, NAME:ALIAS, ACCOUNT:function:NAME or an ARN, each of them allowed by the API.
  const name = given.replace(/^(?:arn:[^:]+:lambda:[^:]+:)?(?:\d{12}:)?(?:function:)?/, '');
  const place = /^arn:[^:]+:lambda:([^:]+):(\d{12}):/.exec(given);
  const qualifier = body['Qualifier'] === undefined ? '' : `:${body['Qualifier']}`;
  const arn = `arn:aws:lambda:${place?.[1] ?? region}:${place?.[2] ?? account}:function:${name}${qualifier}`;
  return [permission(`lambda:${action}`, arn)];
}

const iamOnPrincipal = [
  /^(?:Attach|Detach|Put|Get|Delete)(User|Role)Policy$/,
  /^(?:Get|Tag|Untag)(User|Role)$/,
  /^List(User|Role)(?:Tags|Policies)$/,
  /^ListAttached(User|Role)Policies$/,
];

/** @returns undefined for an operation that is not known. */
export function iamPermissions({
  operation,
  body,
  account,
  pathOf,
  tagsOf,
}: Ask): RequiredPermission[] | undefined {
  switch (operation) {
    case 'ListUsers':
      return [permission('iam:ListUsers', `arn:aws:iam::${account}:user/`)];
    case 'ListRoles':
      return [permission('iam:ListRoles', `arn:aws:iam::${account}:role/`)];
    case 'ListEntitiesForPolicy':
    case 'GetPolicy':
    case 'GetPolicyVersion':
      return [permission(`iam:${operation}`, textOf(body, 'PolicyArn', operation))];
    default: {
      const noun = iamOnPrincipal.map((form) => form.exec(operation)?.[1]).find(Boolean);
      if (!noun) return undefined;
      const kind = noun.toLowerCase() as PrincipalKind;
      const name = textOf(body, `${noun}Name`, operation);
      const resource = `arn:aws:iam::${account}:${kind}${pathOf(kind, name)}${name}`;
      const attaches = /^(?:Attach|Detach)/.test(operation);
      const tags = Object.entries(tagsOf(kind, name)).flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        [`iam:ResourceTag/${key}`, value],
      ]);
      const context = {
        ...Object.fromEntries(tags),
        ...(attaches && { 'iam:PolicyARN': textOf(body, 'PolicyArn', operation) }),
      };
      return [permission(`iam:${operation}`, resource, context)];
    }
  }
}

/** @returns undefined for an operation that is not known. */
export function cloudwatchPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (operation !== 'PutMetricData') return undefined;
  const context = { 'cloudwatch:namespace': textOf(body, 'Namespace', operation) };
  return [permission('cloudwatch:PutMetricData', '*', context)];
}
