import { readAssembly } from '../../../scripts/local/assembly/read-assembly.ts';
import type { TemplateResource } from '../../../scripts/local/assembly/template.ts';
import { Authorizer } from '../../../scripts/local/aws/authorizer.ts';
import { checkWiring } from '../../../scripts/local/wiring-checks.ts';

const place = { account: '111122223333', region: 'us-east-1' };
const now = () => new Date('2026-11-22T12:00:00Z');
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:111122223333:${rest}`;

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});
const allow = (Action: string | string[], Resource: unknown) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

/** A queue that feeds a function which writes to a table, with the given permissions. */
function resources(permissions: ReturnType<typeof allow>[]): Record<string, TemplateResource> {
  return {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'ledger' } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'ingest' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'IngestRole', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') },
    },
    ...Object.fromEntries(
      permissions.map((PolicyDocument, index) => [
        `Policy${index}`,
        {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: `P${index}`, Roles: [{ Ref: 'Role' }], PolicyDocument },
        },
      ]),
    ),
    Ingest: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'ingest',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Handler: 'index.handler',
        Code: { S3Key: 'abc.zip' },
        Environment: { Variables: { LEDGER_TABLE: { Ref: 'Table' } } },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Ingest' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'minute',
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Arn: { 'Fn::GetAtt': ['Ingest', 'Arn'] } }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Ingest', 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
      },
    },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
  };
}

const assemble = (Resources: Record<string, TemplateResource>) =>
  readAssembly([{ name: 'stack', template: { Resources } }], place, (key) => `/assets/${key}`);

const readQueue = allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], {
  'Fn::GetAtt': ['Queue', 'Arn'],
});
const putItem = allow('dynamodb:PutItem', { 'Fn::GetAtt': ['Table', 'Arn'] });

const call = (operation: string) =>
  ({ service: 'dynamodb', operation, body: { TableName: 'ledger' }, ...place }) as const;

test('a call that the role’s synthesized policies allow is not refused', () => {
  const assembly = assemble(resources([putItem]));
  const authorizer = new Authorizer(assembly, now);
  expect(
    authorizer.refusalOf('ingest', assembly.functions[0]?.roleArn ?? '', call('PutItem')),
  ).toBeUndefined();
  expect(authorizer.refusals()).toEqual([]);
});

test('a call that they do not allow is refused and remembered with function, action and resource', () => {
  const assembly = assemble(resources([putItem]));
  const authorizer = new Authorizer(assembly, now);
  authorizer.refusalOf('ingest', assembly.functions[0]?.roleArn ?? '', call('DeleteItem'));
  expect(authorizer.refusals()).toEqual([
    `ingest: no policy allows dynamodb:DeleteItem on ${arn('dynamodb', 'table/ledger')}.`,
  ]);
});

test('a trigger needs the function’s permission for exactly its source', () => {
  const authorizer = new Authorizer(assemble(resources([])), now);
  const access = {
    service: 'events.amazonaws.com',
    action: 'lambda:InvokeFunction',
    resourceArn: arn('lambda', 'function:ingest'),
  };
  expect(authorizer.serviceRefusal({ ...access, sourceArn: arn('events', 'rule/minute') })).toBeUndefined();
  expect(authorizer.serviceRefusal({ ...access, sourceArn: arn('events', 'rule/other') })).toContain(
    'rule/other',
  );
});

test('the wiring of a poller is checked before anything runs', () => {
  const complete = new Authorizer(assemble(resources([readQueue])), now);
  checkWiring(assemble(resources([readQueue])), complete);
  expect(complete.refusals()).toEqual([]);

  const lacking = new Authorizer(assemble(resources([])), now);
  checkWiring(assemble(resources([])), lacking);
  expect(lacking.refusals()).toHaveLength(3);
  expect(lacking.refusals()[0]).toContain(
    'event source mapping of ingest: no policy allows sqs:ReceiveMessage',
  );
});

test('a role that Lambda may not assume is reported', () => {
  const all = resources([readQueue]);
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'IngestRole', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') },
  };
  const assembly = assemble({ ...all, Role });
  const authorizer = new Authorizer(assembly, now);
  checkWiring(assembly, authorizer);
  expect(authorizer.refusals()).toEqual(['ingest: lambda.amazonaws.com may not assume IngestRole.']);
});

test('a resource type that matters and is not imitated stops the start, a decorative one does not', () => {
  expect(() => assemble({ Stream: { Type: 'AWS::Kinesis::Stream' } })).toThrow(
    'AWS::Kinesis::Stream (stack/Stream)',
  );
  expect(assemble({ Alarm: { Type: 'AWS::CloudWatch::Alarm' } }).functions).toEqual([]);
});
