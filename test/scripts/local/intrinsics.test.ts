// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its substitutions so.
import { Intrinsics } from '../../../scripts/local/assembly/intrinsics.ts';
import type { StackTemplate } from '../../../scripts/local/assembly/template.ts';

const place = { account: '111122223333', region: 'us-east-1' };

const producer: StackTemplate = {
  name: 'producer',
  template: {
    Parameters: { BootstrapVersion: { Default: '/cdk/version' } },
    Conditions: { Never: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } },
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'budgets' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'ingest' } },
      Role: { Type: 'AWS::IAM::Role', Properties: { Path: '/bedrock-budget/' } },
      Thing: { Type: 'Custom::Thing' },
      Odd: { Type: 'AWS::Odd::Thing' },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'producer:TableArn' } } },
  },
};
const consumer: StackTemplate = { name: 'consumer', template: { Resources: {} } };
const resolve = (value: unknown, stack = 'producer') =>
  new Intrinsics([producer, consumer], place).resolve(stack, value);

test.each([
  ['a name', { Ref: 'Table' }, 'budgets'],
  ['a queue’s URL', { Ref: 'Queue' }, 'https://sqs.us-east-1.amazonaws.com/111122223333/ingest'],
  [
    'an attribute',
    { 'Fn::GetAtt': ['Table', 'Arn'] },
    'arn:aws:dynamodb:us-east-1:111122223333:table/budgets',
  ],
  ['an attribute written with a dot', { 'Fn::GetAtt': 'Queue.QueueName' }, 'ingest'],
  ['a pseudo parameter', { Ref: 'AWS::AccountId' }, '111122223333'],
  ['a parameter’s default', { Ref: 'BootstrapVersion' }, '/cdk/version'],
  ['a join of the others', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':x']] }, 'arn:aws:x'],
  [
    'a substitution',
    { 'Fn::Sub': 'a-${Table}-${Queue.Arn}-${!Kept}' },
    'a-budgets-arn:aws:sqs:us-east-1:111122223333:ingest-${Kept}',
  ],
  ['a substitution with values of its own', { 'Fn::Sub': ['${X}', { X: { Ref: 'Table' } }] }, 'budgets'],
  ['a part of a split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['a choice by condition', { 'Fn::If': ['Never', 'yes', 'no'] }, 'no'],
])('resolves %s', (_, value, expected) => {
  expect(resolve({ nested: [value] })).toEqual({ nested: [expected] });
});

test('leaves out what has no value', () => {
  const none = { Ref: 'AWS::NoValue' };
  expect(resolve({ kept: 1, list: ['a', none], dropped: none })).toEqual({ kept: 1, list: ['a'] });
});

test('follows an import into the stack that exports it', () => {
  expect(resolve({ 'Fn::ImportValue': 'producer:TableArn' }, 'consumer')).toBe(
    'arn:aws:dynamodb:us-east-1:111122223333:table/budgets',
  );
});

test('gives a resource without a name one of its own, the same each time', () => {
  const name = resolve({ Ref: 'Role' });
  expect(name).toMatch(/^producer-Role-[0-9A-F]{12}$/);
  expect(resolve({ 'Fn::GetAtt': ['Role', 'Arn'] })).toBe(
    `arn:aws:iam::111122223333:role/bedrock-budget/${name}`,
  );
});

test('says which attribute, function, resource or export it does not know', () => {
  expect(() => resolve({ 'Fn::GetAtt': ['Odd', 'Endpoint'] })).toThrow('Odd.Endpoint');
  expect(() => resolve({ 'Fn::Transform': {} })).toThrow('Fn::Transform');
  expect(() => resolve({ Ref: 'Missing' })).toThrow('Missing');
  expect(() => resolve({ 'Fn::ImportValue': 'nobody:exports' })).toThrow('nobody:exports');
});
