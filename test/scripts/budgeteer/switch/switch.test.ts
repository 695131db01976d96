import { historyOf } from '../../../../scripts/budgeteer/audit/history.ts';
import { rehearseHalt } from '../../../../scripts/budgeteer/halt/rehearse-halt.ts';
import { orderOverride } from '../../../../scripts/budgeteer/override/order-override.ts';
import { authorSwitch, switchStatus } from '../../../../scripts/budgeteer/switch/switch-commands.ts';
import { Staffed } from '../support/people-of-test.ts';

jest.setTimeout(120_000);

const minutes = (count: number) =>
  new Date(Date.parse('2026-11-22T12:00:00Z') + count * 60_000).toISOString();
let team: Staffed;
beforeAll(async () => {
  team = await Staffed.start(
    {
      ...{ mode: 'enforce', haltSwitch: 'on', breakGlass: ['user/rescue'] },
      ...{ defaultBudget: { monthUsd: '10.00' }, budgets: { 'user/held': { monthUsd: '0.01' } } },
    },
    new Date(minutes(0)),
    { 'user/ops': 'Operator', 'user/looker': 'Viewer' },
  );
  for (const user of ['ann', 'ben', 'held', 'rescue']) await team.spend(user, 1);
  await team.stack.settle();
}, 180_000);
afterAll(() => team?.stack.stop());

const status = async () => (await switchStatus(team.as('user/admin'))).json;
const order = (action: string) =>
  orderOverride(action, undefined, { reason: 'a leaked key' }, team.as('user/ops'));
const mayCall = () => Promise.all(['ann', 'ben', 'held', 'rescue'].map((user) => team.mayCall(user)));

it('is made ready: a person writes the version that denies, the schedule puts the policy on everyone', async () => {
  expect(await status()).toMatchObject({ ready: false, position: 'dormant', carriers: 0 });
  const authored = await authorSwitch(team.as('user/admin'));
  expect(authored).toMatchObject({ exitCode: 0, json: { ready: true, position: 'dormant' } });
  expect((await authorSwitch(team.as('user/admin'))).json.versions).toHaveLength(2);
  await team.later(minutes(16));
  expect(await status()).toMatchObject({ carriers: 3 });
  expect(await mayCall()).toEqual([true, true, false, true]);
});

it('is named by the rehearsal', async () => {
  const { text } = await rehearseHalt(team.as('user/looker'));
  expect(text).toContain('The halt switch would be set first');
});

it('is thrown before the list of principals is gone through, and everyone is held besides', async () => {
  await order('halt');
  await team.stack.settle();
  expect(await status()).toMatchObject({ position: 'deny' });
  expect(await mayCall()).toEqual([false, false, false, true]);
  const { json } = await historyOf('account', team.as('user/looker'));
  const story = json.changes.map(({ action }) => action);
  expect(story.indexOf('switch-deny')).toBeGreaterThan(story.indexOf('start-halt'));
  expect(story.indexOf('switch-deny')).toBeLessThan(story.indexOf('halted'));
  const own = (await historyOf('user/ann', team.as('user/looker'))).json.changes;
  expect(own.map(({ action }) => action)).toContain('suspend');
});

it('is put back where somebody else moves it, and that is told', async () => {
  const { policyArn, versions } = await status();
  const dormant = versions.find(({ position }) => position === 'dormant')?.id ?? '';
  await team.stack.people.callIam('user/admin', {
    action: 'SetDefaultPolicyVersion',
    params: { PolicyArn: policyArn, VersionId: dormant },
  });
  await team.later(minutes(40));
  expect(await status()).toMatchObject({ position: 'deny' });
  const told = (await team.stack.messages()).filter(({ body }) =>
    body.includes('halt switch to another version'),
  );
  expect(told).toHaveLength(1);
});

it('goes to dormant with the resume, and whoever something else holds stays held', async () => {
  await order('resume');
  await team.stack.settle();
  expect(await status()).toMatchObject({ position: 'dormant' });
  expect(await mayCall()).toEqual([true, true, false, true]);
  expect(team.stack.refusals()).toEqual([]);
});

it('is put to dormant, and off everyone, when the stage is removed during a halt', async () => {
  await order('halt');
  await team.stack.settle();
  for (const [user, policy] of [
    ['ops', 'Operator'],
    ['looker', 'Viewer'],
  ]) {
    const PolicyArn = team.stack.people.policyArn(`BedrockBudget${policy}-local`);
    const params = { UserName: String(user), PolicyArn };
    await team.stack.people.callIam('user/admin', { action: 'DetachUserPolicy', params });
  }
  await team.stack.settle();
  await team.stack.remove();
  await team.stack.settle();
  // The switch policy of three, the halt of three, and the version that denies.
  expect(team.stack.deploymentSentences()).toContain('7 denies were lifted.');
  expect(await mayCall()).toEqual([true, true, true, true]);
  expect(team.stack.refusals()).toEqual([]);
});
