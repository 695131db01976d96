import { LocalStack } from '../../scripts/local/stack.ts';
test('runs in jest', async () => {
  const stack = await LocalStack.start({ settings: { mode: 'enforce' }, now: new Date('2026-11-22T12:00:00Z'), chaos: false });
  await stack.deliver('cloudwatch', [JSON.stringify({ timestamp: '2026-11-22T11:59:00Z', accountId: '111122223333', region: 'us-east-1', requestId: 'r1', operation: 'Converse', modelId: 'amazon.nova-pro-v1:0', identity: { arn: 'arn:aws:iam::111122223333:user/a' }, input: { inputTokenCount: 10 }, output: { outputTokenCount: 5 } })]);
  await stack.settle();
  expect(stack.metrics()).toEqual({ Posted: 1 });
  await stack.stop();
}, 60000);
