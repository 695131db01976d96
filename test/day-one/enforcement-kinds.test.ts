import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
} from '@aws-sdk/client-iam';
import type { LocalStack } from '../../scripts/local/stack.ts';
import { logLine } from '../scripts/local/support/log-line.ts';
import { deploy, stopAll } from './support/stage.ts';

afterEach(stopAll);

const account = '111122223333';
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const session = (name: string) => `arn:aws:sts::${account}:assumed-role/App/${name}`;
let posted = 0;
/** Calls of 0.024 USD each. */
const calls = (arn: string, count: number, timestamp = '2026-11-30T23:57:00Z') =>
  Array.from({ length: count }, () => {
    posted += 1;
    return JSON.stringify({ ...JSON.parse(logLine('', `call-${posted}`)), identity: { arn }, timestamp });
  });
const submitted = (arn: string, jobArn: string) => ({
  busName: 'default',
  source: 'aws.bedrock',
  detailType: 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'bedrock.amazonaws.com',
    eventName: 'CreateModelInvocationJob',
    userIdentity: { type: 'AssumedRole', arn },
    responseElements: { jobArn },
    recipientAccountId: account,
  },
});

const iamOf = (stack: LocalStack) =>
  new IAMClient({
    endpoint: stack.url,
    region: 'us-east-1',
    credentials: stack.people.credentialsOf('user/auditor'),
  });
/** All that IAM says of users and roles, keys included. */
async function everything(stack: LocalStack) {
  const iam = iamOf(stack);
  const Filter = ['User' as const, 'Role' as const];
  const { UserDetailList, RoleDetailList } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter }),
  );
  const keys = await iam.send(
    new ListServiceSpecificCredentialsCommand({ AllUsers: true, ServiceName: 'bedrock.amazonaws.com' }),
  );
  const people = [...(UserDetailList ?? []), ...(RoleDetailList ?? [])].filter(({ Path }) => Path === '/');
  return JSON.stringify([people, keys.ServiceSpecificCredentials]);
}
const may = async (stack: LocalStack, identityArn: string, changes: object = {}) =>
  (await stack.invoke({ identityArn, modelId: 'amazon.nova-micro-v1:0', region: 'us-east-1', ...changes }))
    .decision;

test('Sessions, keys and jobs are stopped with their owner alone, and IAM is as before at the turn of the month and after a removal', async () => {
  const roleArn = `arn:aws:iam::${account}:role/Batch`;
  const job = (name: string) => ({ name, roleArn, modelId: 'amazon.nova-micro-v1:0' });
  const stack = await deploy({
    settings: {
      mode: 'enforce',
      defaultBudget: { monthUsd: '0.10' },
      budgets: {
        'user/nora': { monthUsd: '0.10', thresholds: [{ at: '20%', do: ['notify', 'no-premium'] }] },
      },
      sharedRoles: ['App'],
      fencedRoles: ['App'],
    },
    principals: {
      'user/alice': { apiKeys: [{ name: 'laptop' }, { name: 'old', status: 'Inactive' }] },
      'user/tagged': { tags: { BedrockBudgetExempt: 'true' } },
      'user/nora': {},
      'user/auditor': {},
      'role/App': {},
    },
    now: new Date('2026-11-30T23:58:00Z'),
    jobs: [job('of-alice'), job('of-ann'), job('of-bob')],
  });
  stack.people.credentialsOf('user/auditor');
  const before = await everything(stack);
  const [ofAlice, ofAnn, ofBob] = stack.jobs.all().map(({ arn }) => arn) as [string, string, string];
  const statuses = () => stack.jobs.all().map(({ status }) => status);
  for (const [arn, jobArn] of [
    [user('alice'), ofAlice],
    [session('bob'), ofBob],
  ] as const)
    stack.putEvent(submitted(arn, jobArn));

  const spend = [
    ...calls(user('alice'), 6),
    ...calls(session('ann@example.com'), 6),
    ...calls(session('bob'), 1),
  ];
  await stack.deliver('cloudwatch', [...spend, ...calls(user('tagged'), 6), ...calls(user('nora'), 1)]);
  await stack.settle();
  // CloudTrail is late: she is suspended by now.
  stack.putEvent(submitted(session('ann@example.com'), ofAnn));
  await stack.settle();

  const opus = { modelId: 'global.anthropic.claude-opus-4-6-v1' };
  const seen = async () => ({
    alice: await may(stack, user('alice')),
    ann: await may(stack, session('ann@example.com')),
    bob: await may(stack, session('bob'), opus),
    tagged: await may(stack, user('tagged'), opus),
    nora: [await may(stack, user('nora')), await may(stack, user('nora'), opus)],
  });
  const allFree = {
    alice: 'allowed',
    ann: 'allowed',
    bob: 'allowed',
    tagged: 'allowed',
    nora: ['allowed', 'allowed'],
  };
  const held = { ...allFree, alice: 'denied', ann: 'denied', nora: ['allowed', 'denied'] };
  expect(await seen()).toEqual(held);
  expect(statuses()).toEqual(['Stopped', 'Stopped', 'InProgress']);
  const keys = async () => {
    const command = new ListServiceSpecificCredentialsCommand({ UserName: 'alice' });
    const { ServiceSpecificCredentials = [] } = await iamOf(stack).send(command);
    return ServiceSpecificCredentials.map(({ Status }) => Status);
  };
  expect(await keys()).toEqual(['Inactive', 'Inactive']);
  const messages = (await stack.messages()).map(({ subject, body }) => `${subject} ${body}`);
  expect(messages.some((text) => text.includes('user/tagged') && text.includes('BedrockBudgetExempt'))).toBe(
    true,
  );

  await stack.advanceTo(new Date('2026-12-01T00:02:00Z'));
  expect(await seen()).toEqual(allFree);
  expect(await everything(stack)).toBe(before);

  const december = '2026-12-01T00:01:00Z';
  await stack.deliver('cloudwatch', [
    ...calls(user('alice'), 6, december),
    ...calls(session('ann@example.com'), 6, december),
  ]);
  await stack.settle();
  expect(await seen()).toEqual({ ...allFree, alice: 'denied', ann: 'denied' });
  expect(await keys()).toEqual(['Inactive', 'Inactive']);
  await stack.remove();
  expect(stack.deploymentSentences()).toContain('3 denies were lifted.');
  expect(await everything(stack)).toBe(before);
  expect(stack.refusals()).toEqual([]);
}, 120_000);
