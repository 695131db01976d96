import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sortKeys, spendRank } from '../../../../lambda/adapters/dynamodb/keys.ts';
import { historyOf } from '../../../../scripts/budgeteer/audit/history.ts';
import { rehearseHalt } from '../../../../scripts/budgeteer/halt/rehearse-halt.ts';
import { orderOverride } from '../../../../scripts/budgeteer/override/order-override.ts';
import { statusOf } from '../../../../scripts/budgeteer/status/status.ts';
import { opus, record } from '../../../support/records.ts';
import { Staffed } from '../support/people-of-test.ts';

jest.setTimeout(120_000);

/** As a month's spend mostly is: the most expensive burns half of it, the next a quarter, and so on; the last ones hardly any. */
const users = Array.from({ length: 24 }, (_, index) => `u${String(index).padStart(2, '0')}`);
const perMinute = (index: number) => 1_000_000_000n / BigInt((index + 1) ** 2);
const rescue = 'user/rescue';

let team: Staffed;
beforeAll(async () => {
  team = await Staffed.start(
    {
      mode: 'enforce',
      defaultBudget: { monthUsd: '10.00' },
      budgets: { 'user/held': { monthUsd: '0.01' } },
      breakGlass: [rescue],
      sharedRoles: ['App'],
      fencedRoles: [],
      teams: { 'team/trial': { mode: 'shadow', members: ['user/trial'], monthUsd: '50.00' } },
    },
    new Date('2026-11-22T12:00:00Z'),
    { 'user/ops': 'Operator', 'user/looker': 'Viewer' },
  );
  const everyone = [...users, 'held', 'rescue', 'trial'];
  const lines = everyone.map((user) =>
    JSON.stringify(record({ user, modelId: opus, input: 4_000, output: 0 })),
  );
  const session = 'arn:aws:sts::111122223333:assumed-role/App/one';
  await team.stack.deliver('cloudwatch', [
    ...lines,
    JSON.stringify(record({ identityArn: session, input: 1000 })),
  ]);
  await team.stack.settle();
  // The other way round than they came, so that the order can only come from the rates.
  for (const [index, user] of users.entries()) await burns(`user/${user}`, perMinute(index));
  await burns(rescue, 20_000_000n);
}, 180_000);
afterAll(() => team?.stack.stop());

/** Puts a principal's place in the list of principals to what its pace would make of it. */
async function burns(pk: string, rate: bigint): Promise<void> {
  await team.stack.client.send(
    new UpdateCommand({
      TableName: team.stack.tables.budgets,
      Key: { pk, sk: sortKeys.pace },
      UpdateExpression: 'SET dueAt = :rank',
      ExpressionAttributeValues: { ':rank': spendRank(rate) },
    }),
  );
}
const order = (action: string, reason: string) =>
  orderOverride(action, undefined, { reason }, team.as('user/ops'));
const enforcedOrder = async () =>
  (
    await Promise.all(
      users.map(async (user) => {
        const { json } = await historyOf(`user/${user}`, team.as('user/looker'));
        const at = json.changes.find(({ action }) => action === 'suspend')?.at ?? '';
        return { user, at };
      }),
    )
  ).filter(({ at }) => at !== '');

it('is rehearsed: in which order, how fast, and who would burn on and why', async () => {
  const { json, text } = await rehearseHalt(team.as('user/looker'));

  expect(json.stops.slice(0, 3).map(({ subject, atSecond }) => [subject, atSecond])).toEqual([
    ['user/u00', 0.2],
    ['user/u01', 0.4],
    ['user/u02', 0.6],
  ]);
  expect(json.deniedPercent[10]).toBeGreaterThan(95);
  expect(json.secondsUntil95Percent).toBeLessThan(10);
  expect(json.alreadyDenied).toBe(1);
  expect(json.unstopped).toEqual([
    { subject: rescue, usdPerMinute: '0.020000000', why: 'It is a break-glass principal.' },
    expect.objectContaining({ subject: 'user/trial', why: 'Its team team/trial runs in shadow mode.' }),
  ]);
  expect(text).toContain('A rehearsal: nothing was changed.');
  expect(await enforcedOrder()).toEqual([]);
});

it('stops everyone but whom nothing here may touch, and then whoever comes', async () => {
  const { json } = await order('halt', 'a leaked key');
  await team.stack.settle();
  const answers = await Promise.all(
    ['u00', 'u23', 'held', 'rescue', 'trial'].map((user) => team.mayCall(user)),
  );
  await team.spend('late', 0.01);
  await team.stack.settle();

  expect(json.outcome).toBe('taken');
  expect(answers).toEqual([false, false, false, true, true]);
  expect(await team.mayCall('late')).toBe(false);
  expect((await enforcedOrder()).length).toBe(users.length);
  const status = await statusOf('account', team.as('user/looker'));
  expect(status.text).toContain(
    "An operator's order: suspension by user/ops until someone ends it: a leaked key",
  );
});

it('is resumed: whoever something else holds stays held', async () => {
  await order('resume', 'the key is gone');
  await team.stack.settle();
  const answers = await Promise.all(['u00', 'u23', 'late', 'held'].map((user) => team.mayCall(user)));
  const story = (await historyOf('account', team.as('user/looker'))).json.changes.map(({ action }) => action);

  expect(answers).toEqual([true, true, true, false]);
  expect(story).toEqual(
    expect.arrayContaining(['halt', 'start-halt', 'halted', 'resume', 'start-resume', 'resumed']),
  );
  expect(story.indexOf('halted')).toBeLessThan(story.indexOf('resumed'));
  expect(team.stack.refusals()).toEqual([]);
});
