import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../../../lambda/domain/audit-chain.ts';
import { LocalStack } from '../../../scripts/local/stack.ts';
import { logLine } from './support/log-line.ts';

let stack: LocalStack;
const mayInvoke = async (user: string) => {
  const identityArn = `arn:aws:iam::111122223333:user/${user}`;
  return (await stack.invoke({ identityArn, modelId: 'amazon.nova-pro-v1:0', region: 'us-east-1' })).decision;
};
const call = async (action: string, params: Record<string, string>, as = 'user/bob') => {
  expect(await stack.people.callIam(as, { action, params })).toMatchObject({ code: 'OK' });
  await stack.settle();
};
const changesOf = async (subject: string) => {
  const { Items = [] } = await stack.client.send(
    new QueryCommand({
      TableName: stack.tables.audit,
      KeyConditionExpression: 'pk = :subject',
      ExpressionAttributeValues: { ':subject': subject },
    }),
  );
  return Items.map((item) => (item['entry'] as AuditEntry).change).map(
    ({ action, actor }) => `${action} by ${actor}`,
  );
};
const alertsOf = async (part: string) =>
  (await stack.messages())
    .filter(({ subject }) => subject.includes(part))
    .map(({ topic, subject }) => `${topic}: ${subject}`);

beforeAll(async () => {
  stack = await LocalStack.start({
    settings: { mode: 'enforce', defaultBudget: { monthUsd: '0.10' } },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: false,
  });
}, 120_000);
afterAll(() => stack.stop());

test('over the whole stack: newcomers are known, drift is put back, and an admin who insists wins', async () => {
  await call('CreateUser', { UserName: 'carol' });
  expect(await changesOf('user/carol')).toEqual(['provision by iam-events']);

  await stack.deliver(
    'cloudwatch',
    Array.from({ length: 6 }, (_, index) => logLine('alice', `alice-${index}`)),
  );
  await stack.settle();
  expect(await mayInvoke('alice')).toBe('denied');
  const halt = { UserName: 'alice', PolicyArn: stack.people.policyArn('suspended') };

  await call('DetachUserPolicy', halt);
  expect(await mayInvoke('alice')).toBe('denied');
  expect((await changesOf('user/alice')).slice(-2)).toEqual([
    'drift by user/bob',
    'drift-repaired by enforcer',
  ]);
  expect(await alertsOf('deny changed')).toHaveLength(1);

  await call('DetachUserPolicy', halt);
  await call('DetachUserPolicy', halt);
  expect(await mayInvoke('alice')).toBe('denied');
  await call('DetachUserPolicy', halt);
  expect(await mayInvoke('alice')).toBe('allowed');
  expect((await changesOf('user/alice')).slice(-2)).toEqual([
    'stand-down by user/bob',
    'unenforceable by enforcer',
  ]);
  expect((await alertsOf('deny changed')).filter((text) => text.startsWith('critical'))).toHaveLength(1);

  // Nobody else's: what an admin does to the text, or to a role without a budget, is told and left alone.
  const mild = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'bedrock:Create*', Resource: '*' }],
  };
  const lambdaTrust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  await call('CreatePolicyVersion', { PolicyArn: halt.PolicyArn, PolicyDocument: JSON.stringify(mild) });
  await call('CreateRole', { RoleName: 'Job', AssumeRolePolicyDocument: JSON.stringify(lambdaTrust) });
  await call('AttachRolePolicy', { RoleName: 'Job', PolicyArn: halt.PolicyArn });
  expect((await alertsOf('account had its deny changed')).map((text) => text.split(':')[0])).toEqual([
    'critical',
    'budget-alerts',
  ]);
  expect(await changesOf('role/Job')).toEqual([]);

  // Neither the sweep nor the comparison goes on fighting.
  await stack.advanceTo(new Date('2026-11-22T13:31:00Z'));
  expect(await mayInvoke('alice')).toBe('allowed');
  expect(stack.metrics()['DenyRepairs']).toBe(0);
  expect(stack.metrics()['UnknownDenyCarriers']).toBeGreaterThan(0);
  expect(stack.refusals()).toEqual([]);
}, 120_000);
