import { noChaos } from '../../../scripts/local/chaos.ts';
import { LocalStack } from '../../../scripts/local/stack.ts';
import { logLine } from './support/log-line.ts';

const alice = 'user/alice';
/** Evaluate dies so often; eleven times is as often as the stream tries. */
let deaths = 0;
let stack: LocalStack;
beforeAll(async () => {
  const dies = (name: string) => name.endsWith('-evaluate') && deaths-- > 0;
  stack = await LocalStack.start({
    settings: { mode: 'enforce', defaultBudget: { monthUsd: '0.10' } },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: { ...noChaos, dies },
    principals: { 'user/ops': {} },
  });
}, 60_000);
afterAll(() => stack.stop());

const decision = async () => {
  const identityArn = 'arn:aws:iam::111122223333:user/alice';
  return (await stack.invoke({ identityArn, modelId: 'amazon.nova-pro-v1:0', region: 'us-east-1' })).decision;
};
const order = (action: string, more: object = {}) =>
  stack.startExecution('override', {
    ...{ action, subject: alice, reason: 'test', requestedBy: 'user/ops' },
    ...more,
  });
const minutesLater = (minutes: number) => new Date(stack.now().getTime() + minutes * 60_000);

test('an order that evaluate gives up on is followed by the sweep within two minutes', async () => {
  await stack.deliver('cloudwatch', [logLine('alice', 'first')]);
  await stack.settle();
  deaths = Number.POSITIVE_INFINITY;
  order('suspend');
  await stack.settle();
  expect(await decision()).toBe('allowed');
  await stack.advanceTo(minutesLater(2));
  expect(await decision()).toBe('denied');
  deaths = 0;
}, 120_000);

test('a crossing that evaluate gives up on suspends, without a further call', async () => {
  await stack.deliver('cloudwatch', [logLine('bob', 'one')]);
  await stack.settle();
  deaths = 11 + 11;
  await stack.deliver(
    'cloudwatch',
    Array.from({ length: 9 }, (_, index) => logLine('bob', `more-${index}`)),
  );
  await stack.settle();
  const runs = await stack.executions();
  expect(deaths).toBeLessThan(0);
  expect(runs).toContainEqual(
    expect.objectContaining({ stateMachine: 'suspension', subject: 'user/bob', status: 'SUCCEEDED' }),
  );
}, 120_000);
