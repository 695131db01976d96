import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';
import { executionOfToken } from './step-functions-tokens.ts';

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
/** Checked on the machine whose task waits, which the token tells; on everything where it is no token. */
const tokenOperations = new Set(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']);

/** @returns undefined for an operation that is not known. */
export function statesPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (tokenOperations.has(operation)) {
    const execution = executionOfToken(String(body['taskToken']));
    const machine = execution?.replace(/:execution:([^:]+):[^:]+$/, ':stateMachine:$1');
    return [permission(`states:${operation}`, machine ?? '*')];
  }
  if (operation === 'ListStateMachines') return [permission(`states:${operation}`, '*')];
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
    GetFunctionUrlConfig: 'GetFunctionUrlConfig',
  }),
);

/** @returns undefined for an operation that is not known. */
export function lambdaPermissions({
  operation,
  body,
  region,
  account,
}: Ask): RequiredPermission[] | undefined {
  if (operation === 'GetAccountSettings') return [permission('lambda:GetAccountSettings', '*')];
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

/** @returns undefined for an operation that is not known. */
export function cloudwatchPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (operation !== 'PutMetricData') return undefined;
  const context = { 'cloudwatch:namespace': textOf(body, 'Namespace', operation) };
  return [permission('cloudwatch:PutMetricData', '*', context)];
}
