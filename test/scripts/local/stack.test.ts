import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { LocalStack, type LocalStackOptions } from '../../../scripts/local/stack.ts';
import { logLine } from './support/log-line.ts';

const start = (options: Partial<LocalStackOptions> = {}) =>
  LocalStack.start({
    settings: { mode: 'enforce', defaultBudget: { monthUsd: '0.10' } },
    now: new Date('2026-11-22T12:00:00Z'),
    ...options,
  });
const lines = (user: string, count: number) =>
  Array.from({ length: count }, (_, index) => logLine(user, `${user}-${index}`));
const mayInvoke = async (stack: LocalStack, user: string) => {
  const identityArn = `arn:aws:iam::111122223333:user/${user}`;
  return (await stack.invoke({ identityArn, modelId: 'amazon.nova-pro-v1:0', region: 'us-east-1' })).decision;
};
const spent = async (stack: LocalStack, user: string) => {
  const Key = { pk: `user/${user}`, sk: 'BAL#month:2026-11#0' };
  const { Item } = await stack.client.send(new GetCommand({ TableName: stack.tables.budgets, Key }));
  return Item?.['spent'];
};

let stacks: LocalStack[] = [];
const started = async (options?: Partial<LocalStackOptions>) => {
  const stack = await start(options);
  stacks.push(stack);
  return stack;
};
afterEach(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()));
  stacks = [];
});

test('from a log line to the deny and back, on bad days too', async () => {
  const stack = await started({ chaos: { seed: 11 } });
  await stack.deliver('cloudwatch', lines('alice', 3));
  await stack.settle();
  expect(await mayInvoke(stack, 'alice')).toBe('allowed');

  await stack.deliver('cloudwatch', lines('alice', 6));
  await stack.deliver('s3', [...lines('alice', 6), 'no record']);
  await stack.settle();
  expect(await spent(stack, 'alice')).toBe(6 * 24_000_000);
  expect(stack.metrics()).toMatchObject({ Posted: 6, Duplicates: 3 + 6, Quarantined: 1 });
  expect(await mayInvoke(stack, 'alice')).toBe('denied');
  expect(await stack.executions()).toMatchObject([
    { stateMachine: 'suspension', status: 'SUCCEEDED', subject: 'user/alice', cause: 'own' },
  ]);

  await stack.advanceTo(new Date('2026-12-01T00:02:00Z'));
  expect(await mayInvoke(stack, 'alice')).toBe('allowed');
  expect(stack.refusals()).toEqual([]);
  expect(new Set(Object.values(await stack.queueDepths()))).toEqual(new Set([0]));
}, 120_000);

test('two stacks side by side do not disturb each other', async () => {
  const [left, right] = await Promise.all([started({ chaos: false }), started({ chaos: false })]);
  await left.deliver('cloudwatch', lines('alice', 2));
  await right.deliver('cloudwatch', lines('alice', 1));
  await Promise.all([left.settle(), right.settle()]);
  expect([await spent(left, 'alice'), await spent(right, 'alice')]).toEqual([48_000_000, 24_000_000]);
}, 120_000);
