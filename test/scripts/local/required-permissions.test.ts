import type { Service } from '../../../scripts/local/aws/aws-request.ts';
import { type ApiCall, requiredPermissions } from '../../../scripts/local/aws/required-permissions.ts';

const account = '111122223333';
const region = 'eu-central-1';
const table = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
const needed = (service: Service, operation: string, body: ApiCall['body']) =>
  requiredPermissions({ service, operation, body, region, account }, (kind, name) =>
    kind === 'user' && name === 'alice' ? '/eng/' : '/',
  ).map(({ action, resource }) => `${action} ${resource}`);

test('each item of a transaction needs the permission of what it does', () => {
  const TransactItems = [
    { Put: { TableName: 'ledger', Item: {} } },
    { Update: { TableName: 'budgets', Key: {} } },
    { Update: { TableName: 'budgets', Key: { other: true } } },
    { Delete: { TableName: table('alerts') } },
    { ConditionCheck: { TableName: 'budgets' } },
  ];
  expect(needed('dynamodb', 'TransactWriteItems', { TransactItems })).toEqual([
    `dynamodb:PutItem ${table('ledger')}`,
    `dynamodb:UpdateItem ${table('budgets')}`,
    `dynamodb:DeleteItem ${table('alerts')}`,
    `dynamodb:ConditionCheckItem ${table('budgets')}`,
  ]);
  expect(
    needed('dynamodb', 'TransactGetItems', { TransactItems: [{ Get: { TableName: 'budgets' } }] }),
  ).toEqual([`dynamodb:GetItem ${table('budgets')}`]);
  const unknown = { TransactItems: [{ Guess: {} }] };
  expect(() => needed('dynamodb', 'TransactWriteItems', unknown)).toThrow('no Put, Update');
});

test('queries need the table or the index', () => {
  expect(needed('dynamodb', 'Query', { TableName: 'budgets' })).toEqual([
    `dynamodb:Query ${table('budgets')}`,
  ]);
  expect(needed('dynamodb', 'Scan', { TableName: 'budgets', IndexName: 'due' })).toEqual([
    `dynamodb:Scan ${table('budgets')}/index/due`,
  ]);
});

test('a batch needs its own permission on every table', () => {
  expect(needed('dynamodb', 'BatchWriteItem', { RequestItems: { a: [], b: [] } })).toEqual([
    `dynamodb:BatchWriteItem ${table('a')}`,
    `dynamodb:BatchWriteItem ${table('b')}`,
  ]);
});

test.each([
  [`INSERT INTO "audit-logs" VALUE {'pk': ?}`, 'PartiQLInsert', table('audit-logs')],
  ['insert into audit value {}', 'PartiQLInsert', table('audit')],
  ['SELECT * FROM "budgets"."due" WHERE pk = ?', 'PartiQLSelect', `${table('budgets')}/index/due`],
  ['SELECT a,\n b FROM budgets', 'PartiQLSelect', table('budgets')],
  ['EXISTS(SELECT * FROM "budgets" WHERE pk = ?)', 'PartiQLSelect', table('budgets')],
  ['UPDATE "budgets" SET a = 1 WHERE pk = ?', 'PartiQLUpdate', table('budgets')],
  ['DELETE FROM budgets WHERE pk = ?', 'PartiQLDelete', table('budgets')],
])('%s', (Statement, action, resource) => {
  const expected = [`dynamodb:${action} ${resource}`];
  expect(needed('dynamodb', 'ExecuteStatement', { Statement })).toEqual(expected);
  expect(needed('dynamodb', 'ExecuteTransaction', { TransactStatements: [{ Statement }] })).toEqual(expected);
  expect(needed('dynamodb', 'BatchExecuteStatement', { Statements: [{ Statement }] })).toEqual(expected);
});

const stream = `${table('budgets')}/stream/2026-11-22T12:00:00.000`;
const queue = { QueueUrl: `http://localhost:4566/000000000000/ingest` };
const topic = `arn:aws:sns:${region}:${account}:alerts`;
const machine = `arn:aws:states:${region}:${account}:stateMachine:suspension`;
const fn = `arn:aws:lambda:${region}:${account}:function:enforcer`;
const policyArn = `arn:aws:iam::${account}:policy/budget/Halt`;

test.each<[Service, string, ApiCall['body'], string[]]>([
  ['dynamodb', 'PutItem', { TableName: 'budgets' }, [`dynamodb:PutItem ${table('budgets')}`]],
  ['streams', 'GetShardIterator', { StreamArn: stream }, [`dynamodb:GetShardIterator ${stream}`]],
  ['streams', 'GetRecords', { ShardIterator: `000|${stream}|c2hhcmQ=` }, [`dynamodb:GetRecords ${stream}`]],
  ['streams', 'DescribeStream', { StreamArn: stream }, [`dynamodb:DescribeStream ${stream}`]],
  ['s3', 'GetObject', { Bucket: 'logs', Key: 'a/b.json.gz' }, ['s3:GetObject arn:aws:s3:::logs/a/b.json.gz']],
  ['s3', 'HeadObject', { Bucket: 'logs', Key: 'a' }, ['s3:GetObject arn:aws:s3:::logs/a']],
  ['s3', 'ListObjectsV2', { Bucket: 'logs', Prefix: 'a/' }, ['s3:ListBucket arn:aws:s3:::logs']],
  [
    's3',
    'PutObject',
    { Bucket: 'heads', Key: 'k', ObjectLockMode: 'COMPLIANCE' },
    ['s3:PutObject arn:aws:s3:::heads/k', 's3:PutObjectRetention arn:aws:s3:::heads/k'],
  ],
  [
    's3',
    'CopyObject',
    { Bucket: 'b', Key: 'k', CopySource: '/a/x%20y' },
    ['s3:GetObject arn:aws:s3:::a/x y', 's3:PutObject arn:aws:s3:::b/k'],
  ],
  [
    's3',
    'DeleteObjects',
    { Bucket: 'b', Delete: { Objects: [{ Key: '1' }, { Key: '2' }] } },
    ['s3:DeleteObject arn:aws:s3:::b/1', 's3:DeleteObject arn:aws:s3:::b/2'],
  ],
  ['sqs', 'SendMessageBatch', queue, [`sqs:SendMessage arn:aws:sqs:${region}:${account}:ingest`]],
  ['sqs', 'ReceiveMessage', queue, [`sqs:ReceiveMessage arn:aws:sqs:${region}:${account}:ingest`]],
  [
    'sqs',
    'GetQueueUrl',
    { QueueName: 'ingest' },
    [`sqs:GetQueueUrl arn:aws:sqs:${region}:${account}:ingest`],
  ],
  ['sns', 'Publish', new URLSearchParams({ TopicArn: topic }), [`sns:Publish ${topic}`]],
  ['sns', 'PublishBatch', { TopicArn: topic }, [`sns:Publish ${topic}`]],
  ['sns', 'Publish', { PhoneNumber: '+1' }, ['sns:Publish *']],
  ['states', 'StartExecution', { stateMachineArn: machine }, [`states:StartExecution ${machine}`]],
  [
    'states',
    'DescribeExecution',
    { executionArn: `${machine}:x` },
    [`states:DescribeExecution ${machine}:x`],
  ],
  ['states', 'SendTaskSuccess', { taskToken: 't' }, ['states:SendTaskSuccess *']],
  [
    'states',
    'SendTaskFailure',
    { taskToken: Buffer.from(`${machine.replace('stateMachine', 'execution')}:run-1#1`).toString('base64') },
    [`states:SendTaskFailure ${machine}`],
  ],
  ['lambda', 'Invoke', { FunctionName: 'enforcer' }, [`lambda:InvokeFunction ${fn}`]],
  ['lambda', 'Invoke', { FunctionName: encodeURIComponent(fn) }, [`lambda:InvokeFunction ${fn}`]],
  [
    'lambda',
    'Invoke',
    { FunctionName: `${account}:function:enforcer`, Qualifier: 'live' },
    [`lambda:InvokeFunction ${fn}:live`],
  ],
  ['iam', 'GetRole', { RoleName: 'App' }, [`iam:GetRole arn:aws:iam::${account}:role/App`]],
  ['iam', 'ListUserTags', { UserName: 'alice' }, [`iam:ListUserTags arn:aws:iam::${account}:user/eng/alice`]],
  [
    'iam',
    'ListAttachedRolePolicies',
    { RoleName: 'App' },
    [`iam:ListAttachedRolePolicies arn:aws:iam::${account}:role/App`],
  ],
  ['iam', 'ListEntitiesForPolicy', { PolicyArn: policyArn }, [`iam:ListEntitiesForPolicy ${policyArn}`]],
  ['cloudwatch', 'PutMetricData', { Namespace: 'Budgets' }, ['cloudwatch:PutMetricData *']],
  ['sts', 'GetCallerIdentity', {}, []],
])('%s %s needs what AWS asks for', (service, operation, body, expected) => {
  expect(needed(service, operation, body)).toEqual(expected);
});

test('attaching a policy is checked on the principal with its path, and tells which policy', () => {
  const body = new URLSearchParams({ UserName: 'alice', PolicyArn: policyArn });
  expect(
    requiredPermissions(
      { service: 'iam', operation: 'AttachUserPolicy', body, region, account },
      () => '/eng/',
    ),
  ).toEqual([
    {
      action: 'iam:AttachUserPolicy',
      resource: `arn:aws:iam::${account}:user/eng/alice`,
      context: { 'iam:PolicyARN': policyArn },
    },
  ]);
});

test('calls on a user or role carry its tags', () => {
  const call = { service: 'iam', operation: 'GetRole', body: { RoleName: 'App' }, region, account } as const;
  const [permission] = requiredPermissions(call, undefined, () => ({ Exempt: 'true' }));
  expect(permission?.context).toEqual({ 'aws:ResourceTag/Exempt': 'true', 'iam:ResourceTag/Exempt': 'true' });
});

test('events are checked on each bus with their source', () => {
  const Entries = [
    { Source: 'app', DetailType: 'Alert' },
    { Source: 'app', DetailType: 'Alert', EventBusName: 'budgets' },
    { Source: 'app', DetailType: 'Alert', EventBusName: 'budgets' },
  ];
  const permissions = requiredPermissions({
    service: 'events',
    operation: 'PutEvents',
    body: { Entries },
    region,
    account,
  });
  expect(permissions.map(({ resource }) => resource.split('/').at(-1))).toEqual(['default', 'budgets']);
  expect(permissions[0]?.context).toEqual({ 'events:source': 'app', 'events:detail-type': 'Alert' });
});

test.each<[Service, string, object]>([
  ['dynamodb', 'RestoreTableFromBackup', {}],
  ['iam', 'GetUserSecrets', { UserName: 'alice' }],
  ['iam', 'CreateGroup', { GroupName: 'ml' }],
  ['s3', 'toString', {}],
  ['kms' as Service, 'Decrypt', {}],
])('%s %s is unknown, and says so', (service, operation, body) => {
  expect(() => needed(service, operation, body as ApiCall['body'])).toThrow(`${service} ${operation}`);
});

test('a request that names no resource is an error', () => {
  expect(() => needed('dynamodb', 'GetItem', {})).toThrow('GetItem lacks TableName');
  expect(() => needed('sns', 'Publish', {})).toThrow('lacks TopicArn');
  expect(() => needed('dynamodb', 'ExecuteStatement', { Statement: 'DROP TABLE x' })).toThrow('PartiQL');
});
