import { suspendedPolicy } from '../../../lambda/domain/deny-policies/suspended-policy.ts';
import { type TamperForm, tamperStatements } from '../../../lambda/domain/deny-policies/tamper-statements.ts';
import { organizationGuardPolicy, organizationPolicy } from '../../../lib/security/organization-policy.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../scripts/local/aws/policy.ts';

const account = '111122223333';
const scope = { bootstrapQualifier: 'hnb659fds', logGroup: '/aws/bedrock/calls' };
const nothing = {
  ...{ mantle: false, batch: false, bidirectional: false, otherRegions: false },
  ...{ asynchronous: false, provisioned: false, claudePlatform: false },
};
const organization = {
  ...{ partition: 'aws', regions: [], unmeterable: nothing },
  administrators: ['arn:aws:iam::*:role/cdk-*', 'arn:aws:iam::*:role/Operator'],
};
const texts: Readonly<Record<TamperForm, unknown>> = {
  suspended: suspendedPolicy(scope),
  managed: { Version: '2012-10-17', Statement: tamperStatements('managed', scope) },
  organization: {
    Version: '2012-10-17',
    Statement: [
      ...organizationPolicy({ ...organization, suspendedUsers: [] }).Statement,
      ...organizationGuardPolicy(organization).Statement,
    ],
  },
};
const forms = Object.keys(texts) as TamperForm[];

type Asked = readonly [action: string, resource: string, context?: Record<string, string | string[]>];
/** What an administrator who carries the form may do. */
function denied(form: TamperForm, [action, resource, context = {}]: Asked, who = 'user/mallory'): boolean {
  const administrator = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  return (
    evaluatePolicies(
      [
        { source: 'administrator', document: administrator as EvaluatedPolicy },
        { source: form, document: texts[form] as EvaluatedPolicy },
      ],
      { action, resource, context: { 'aws:PrincipalArn': `arn:aws:iam::${account}:${who}`, ...context } },
    ).decision === 'explicitDeny'
  );
}

const at = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${account}:${resource}`;
const ours = 'bedrock-budgeteer-production';
const fn = at('lambda', `function:${ours}-ingest`);
const table = at('dynamodb', `table/${ours}-user-budgets`);
const policy = `arn:aws:iam::${account}:policy/bedrock-budget/BedrockBudgetSuspended-production`;
const ourRole = `arn:aws:iam::${account}:role/bedrock-budget/${ours}-IngestRole-1`;
const mallory = `arn:aws:iam::${account}:user/mallory`;
const key = at('kms', 'key/0a1b2c3d');
const aliases = { 'kms:ResourceAliases': [`alias/${ours}-data`] };

/** Each of the ways to put the guard out of action, or to lie to it. */
const attacks: readonly Asked[] = [
  ...['UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ExecuteChangeSet', 'SetStackPolicy'].map(
    (action): Asked => [`cloudformation:${action}`, at('cloudformation', `stack/${ours}-security/1`)],
  ),
  ['lambda:InvokeFunction', fn],
  ['lambda:InvokeFunction', fn, { 'lambda:InvokedViaFunctionUrl': 'false' }],
  ['lambda:InvokeAsync', fn],
  ...['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'PutFunctionConcurrency', 'AddPermission'].map(
    (action): Asked => [`lambda:${action}`, fn],
  ),
  ...['CreateEventSourceMapping', 'DeleteEventSourceMapping', 'UpdateEventSourceMapping'].map(
    (action): Asked => [
      `lambda:${action}`,
      at('lambda', 'event-source-mapping:1'),
      { 'lambda:FunctionArn': fn },
    ],
  ),
  ['states:StartExecution', at('states', `stateMachine:${ours}-override`)],
  ['states:UpdateStateMachine', at('states', `stateMachine:${ours}-suspension`)],
  ['states:StopExecution', at('states', `execution:${ours}-suspension:1`)],
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'PartiQLUpdate', 'UpdateTable', 'RestoreTableToPointInTime'].map(
    (action): Asked => [`dynamodb:${action}`, table],
  ),
  ...['SendMessage', 'PurgeQueue', 'DeleteMessage', 'SetQueueAttributes', 'ReceiveMessage'].map(
    (action): Asked => [`sqs:${action}`, at('sqs', `${ours}-ingest`)],
  ),
  ...['DisableRule', 'PutRule', 'RemoveTargets'].map(
    (action): Asked => [`events:${action}`, at('events', `rule/${ours}-sweep`)],
  ),
  ['events:DeleteEventBus', at('events', `event-bus/${ours}-usage`)],
  ...['PutBucketPolicy', 'DeleteObject', 'PutObject', 'PutLifecycleConfiguration'].map(
    (action): Asked => [
      `s3:${action}`,
      'arn:aws:s3:::bedrock-budgeteer-product-invocationlogbucket-1a2b/AWSLogs/x',
    ],
  ),
  ['s3:BypassGovernanceRetention', `arn:aws:s3:::${ours}-audit-${account}/heads/x`],
  ['logs:DeleteLogGroup', at('logs', 'log-group:/bedrock-budgeteer/production/model-invocations')],
  [
    'logs:DeleteSubscriptionFilter',
    at('logs', 'log-group:/bedrock-budgeteer/production/model-invocations:*'),
  ],
  [
    'logs:PutLogEvents',
    at(
      'logs',
      'log-group:/bedrock-budgeteer/production/model-invocations:log-stream:aws/bedrock/modelinvocations',
    ),
  ],
  ['logs:DeleteLogGroup', at('logs', `log-group:/aws/lambda/${ours}-enforcer:*`)],
  ['cloudwatch:DeleteAlarms', at('cloudwatch', `alarm:${ours}-ingest-silent`)],
  ['cloudwatch:DisableAlarmActions', at('cloudwatch', `alarm:${ours}-ingest-silent`)],
  ['sns:Publish', at('sns', `${ours}-critical`)],
  ['sns:DeleteTopic', at('sns', `${ours}-critical`)],
  ['backup:DeleteBackupVault', at('backup', `backup-vault:${ours}-tables`)],
  ['kms:DeleteAlias', at('kms', `alias/${ours}-data`)],
  ...['ScheduleKeyDeletion', 'DisableKey', 'PutKeyPolicy'].map(
    (action): Asked => [`kms:${action}`, key, aliases],
  ),
  ['cloudtrail:StopLogging', at('cloudtrail', 'trail/all')],
  ['cloudtrail:PutEventSelectors', at('cloudtrail', 'trail/all')],
  ['bedrock:PutModelInvocationLoggingConfiguration', '*'],
  ['bedrock:DeleteModelInvocationLoggingConfiguration', '*'],
  ['iam:CreatePolicyVersion', policy],
  ['iam:SetDefaultPolicyVersion', policy],
  ['iam:DeletePolicy', policy],
  ...['AttachUserPolicy', 'DetachUserPolicy', 'DetachRolePolicy', 'DetachGroupPolicy'].map(
    (action): Asked => [`iam:${action}`, mallory, { 'iam:PolicyARN': policy }],
  ),
  ['iam:TagUser', mallory, { 'aws:TagKeys': ['bedrockbudgetexempt'] }],
  ['iam:UntagRole', `arn:aws:iam::${account}:role/App`, { 'aws:TagKeys': ['BedrockBudgetHold'] }],
  ['iam:CreateRole', `arn:aws:iam::${account}:role/New`, { 'aws:TagKeys': ['Team', 'BedrockBudgetExempt'] }],
  ['sts:AssumeRole', ourRole],
  ['iam:PassRole', ourRole],
  ['iam:UpdateAssumeRolePolicy', ourRole],
  ['iam:PutRolePolicy', ourRole],
];

/** What only some forms deny, and which. */
const some: readonly (readonly [Asked, readonly TamperForm[]])[] = [
  [
    ['sts:AssumeRole', `arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-eu-central-1`],
    ['suspended', 'managed'],
  ],
  [
    ['logs:PutLogEvents', at('logs', 'log-group:/aws/bedrock/calls:log-stream:x')],
    ['suspended', 'managed'],
  ],
  [['states:SendTaskSuccess', '*'], ['suspended']],
  [
    [
      'application-autoscaling:RegisterScalableTarget',
      at('application-autoscaling', 'scalable-target/1'),
      { 'application-autoscaling:service-namespace': 'dynamodb' },
    ],
    ['suspended'],
  ],
];

/** What nobody is denied, because it is somebody else's, or because it only reads, or because the door decides. */
const left: readonly Asked[] = [
  ['cloudformation:DescribeStacks', at('cloudformation', `stack/${ours}-security/1`)],
  ['cloudformation:UpdateStack', at('cloudformation', 'stack/shop/1')],
  ['lambda:InvokeFunctionUrl', at('lambda', `function:${ours}-front-door`)],
  [
    'lambda:InvokeFunction',
    at('lambda', `function:${ours}-front-door`),
    { 'lambda:InvokedViaFunctionUrl': 'true' },
  ],
  ['lambda:GetFunctionUrlConfig', at('lambda', `function:${ours}-front-door`)],
  ['lambda:InvokeFunction', at('lambda', 'function:shop')],
  ['lambda:UpdateEventSourceMapping', '*', { 'lambda:FunctionArn': at('lambda', 'function:shop') }],
  ['events:PutEvents', at('events', `event-bus/${ours}-usage`)],
  ['events:PutEvents', at('events', 'event-bus/default')],
  ...['GetItem', 'Query', 'Scan', 'BatchGetItem', 'DescribeTable'].map(
    (action): Asked => [`dynamodb:${action}`, table],
  ),
  ['dynamodb:PutItem', at('dynamodb', 'table/shop')],
  ['states:DescribeExecution', at('states', `execution:${ours}-suspension:1`)],
  ['states:StartExecution', at('states', 'stateMachine:shop')],
  ['s3:GetObject', 'arn:aws:s3:::bedrock-budgeteer-product-invocationlogbucket-1a2b/AWSLogs/x'],
  ['s3:PutObject', 'arn:aws:s3:::shop/x'],
  ['logs:PutLogEvents', at('logs', 'log-group:/aws/lambda/shop:log-stream:x')],
  ['logs:StartQuery', at('logs', `log-group:/aws/lambda/${ours}-ingest:*`)],
  ['kms:ScheduleKeyDeletion', key, { 'kms:ResourceAliases': ['alias/shop'] }],
  ['kms:ScheduleKeyDeletion', key],
  ['kms:Decrypt', key, aliases],
  ['cloudtrail:LookupEvents', '*'],
  ['bedrock:GetModelInvocationLoggingConfiguration', '*'],
  ['iam:GetPolicyVersion', policy],
  ['iam:DetachUserPolicy', mallory, { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
  ['iam:TagUser', mallory, { 'aws:TagKeys': ['Team'] }],
  ['iam:CreateUser', mallory],
  ['sts:AssumeRole', `arn:aws:iam::${account}:role/App`],
  [
    'application-autoscaling:RegisterScalableTarget',
    '*',
    { 'application-autoscaling:service-namespace': 'ecs' },
  ],
];

describe.each(forms)('Tampering, where somebody carries the %s form', (form) => {
  test.each(attacks.map((asked) => [asked[0], asked[1], asked] as const))(
    '%s on %s is denied',
    (_, __, asked) => {
      expect(denied(form, asked)).toBe(true);
    },
  );

  test.each(left.map((asked) => [asked[0], asked[1], asked] as const))(
    '%s on %s is left alone',
    (_, __, asked) => {
      expect(denied(form, asked)).toBe(false);
    },
  );

  test.each(some.map(([asked, by]) => [asked[0], by.includes(form), asked] as const))(
    '%s is denied: %s',
    (_, expected, asked) => {
      expect(denied(form, asked)).toBe(expected);
    },
  );
});

describe('In an organisation', () => {
  test.each([
    'role/cdk-hnb659fds-cfn-exec-role-1',
    'role/Operator',
    `role/bedrock-budget/${ours}-EnforcerRole`,
  ])('%s is denied none of it', (who) => {
    expect(attacks.filter((asked) => denied('organization', asked, who))).toEqual([]);
  });
});
