import { historyOf } from '../../../../scripts/budgeteer/audit/history.ts';
import type { Deployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { pauseEnforcement } from '../../../../scripts/budgeteer/override/pause.ts';
import { statusOf } from '../../../../scripts/budgeteer/status/status.ts';
import type { LocalStack } from '../../../../scripts/local/stack.ts';
import { opus, record } from '../../../support/records.ts';
import { startOperated } from '../support/operator.ts';

jest.setTimeout(60_000);

let stack: LocalStack;
let deployment: Deployment;
beforeAll(async () => {
  ({ stack, deployment } = await startOperated());
}, 120_000);
afterAll(() => stack?.stop());

it('an operator stops enforcement, sees that it is stopped, and starts it again', async () => {
  const first = await pauseEnforcement(true, { reason: 'an audit' }, deployment);
  const again = await pauseEnforcement(true, { reason: 'an audit' }, deployment);
  await stack.deliver('cloudwatch', [
    JSON.stringify(record({ user: 'carol', modelId: opus, input: 20_000 })),
  ]);
  await stack.settle();
  const meanwhile = await statusOf('user/carol', deployment);

  await pauseEnforcement(false, { reason: 'it is over' }, deployment);
  await stack.advanceTo(new Date('2026-11-22T12:02:00Z'));
  await stack.settle();
  const after = await statusOf('user/carol', deployment);
  const history = await historyOf('account', deployment);

  expect([first.json.changed, again.json.changed]).toEqual([true, false]);
  expect(meanwhile.text).toContain('active');
  expect(after.text).toContain('suspended');
  expect(history.text).toContain('an audit');
  expect(stack.refusals()).toEqual([]);
});
