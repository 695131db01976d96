import { historyOf } from '../../../../scripts/budgeteer/audit/history.ts';
import { answerOrder } from '../../../../scripts/budgeteer/override/answer-order.ts';
import { listWaiting } from '../../../../scripts/budgeteer/override/list-waiting.ts';
import {
  type OverrideOptions,
  orderOverride,
} from '../../../../scripts/budgeteer/override/order-override.ts';
import { statusOf } from '../../../../scripts/budgeteer/status/status.ts';
import { Staffed } from '../support/people-of-test.ts';

jest.setTimeout(60_000);

let team: Staffed;
beforeAll(async () => {
  team = await Staffed.start(
    {
      mode: 'enforce',
      defaultBudget: { monthUsd: '0.10' },
      approvals: { aboveUsd: '100', withinMinutes: 60 },
      breakGlass: ['user/rescue'],
      helpContact: '#bedrock',
    },
    new Date('2026-11-22T12:00:00Z'),
    {
      'user/ops': 'Operator',
      'user/boss': 'Approver',
      'user/looker': 'Viewer',
      'role/Duty': 'Operator',
    },
  );
  const { callIam } = team.stack.people;
  const PolicyArn = team.stack.people.policyArn('BedrockBudgetApprover-local');
  for (const who of ['UserName=ops', 'RoleName=Duty']) {
    const [param = '', name = ''] = who.split('=');
    const action = param === 'UserName' ? 'AttachUserPolicy' : 'AttachRolePolicy';
    await callIam.call(team.stack.people, 'user/admin', { action, params: { [param]: name, PolicyArn } });
  }
  await team.stack.settle();
}, 120_000);
afterAll(() => team?.stack.stop());

const order = (
  action: string,
  subject: string | undefined,
  options: Partial<OverrideOptions> = {},
  by = 'user/ops',
) => orderOverride(action, subject, { reason: 'the test', force: true, ...options }, team.as(by));
/** With a second person where one is needed. */
const orderAgreed: typeof order = async (...given) => {
  const ordered = await order(...given);
  const { outcome, execution = '' } = ordered.json;
  if (outcome === 'waits') await answerOrder('approve', execution, { reason: 'fine' }, team.as('user/boss'));
  await team.stack.settle();
  return ordered;
};
const lastOf = async (subject: string) =>
  (await historyOf(subject, team.as('user/looker'))).json.changes.at(-1);
const actionsOf = async (subject: string) =>
  (await historyOf(subject, team.as('user/looker'))).json.changes.map(({ action }) => action);

it('an extension restores whoever was suspended, and its end suspends again', async () => {
  await team.spend('alice', 5);
  const before = await team.mayCall('alice');
  const { json } = await order('extend', 'user/alice', { amount: '1.00', expires: '2h' });
  await team.stack.settle();
  const during = await team.mayCall('alice');
  const status = await statusOf('user/alice', team.as('user/looker'));
  await team.later('2026-11-22T14:02:00Z');
  const after = await team.mayCall('alice');

  expect([before, during, after]).toEqual([false, true, false]);
  expect(json).toMatchObject({ outcome: 'taken', requestedBy: 'user/ops', verified: true });
  expect(status.text).toContain(
    'extension of $1.00 a month by user/ops until 2026-11-22 14:00 UTC: the test',
  );
  expect(status.json.windows['month:2026-11']?.limitUsd).toBe('1.100000000');
  expect(await actionsOf('user/alice')).toEqual(expect.arrayContaining(['extend', 'restored', 'suspended']));
});

it('a restore holds automatic causes off until it expires', async () => {
  await orderAgreed('restore', 'user/alice', { expires: '1h' });
  await team.spend('alice', 5);
  const during = await team.mayCall('alice');
  await team.later('2026-11-22T15:04:00Z');

  expect([during, await team.mayCall('alice')]).toEqual([true, false]);
});

it('an exemption and a new limit restore, each in its own way', async () => {
  await orderAgreed('exempt', 'user/alice', { expires: '1h' });
  const exempt = await team.mayCall('alice');
  await team.later('2026-11-22T16:06:00Z');
  const ended = await team.mayCall('alice');
  await order('set-limit', 'user/alice', { amount: '5.00' });
  await team.stack.settle();

  expect([exempt, ended, await team.mayCall('alice')]).toEqual([true, false, true]);
});

it('a suspension by hand needs no budget to be used up, and a restore ends it', async () => {
  await team.mayCall('newcomer');
  await order('suspend', 'user/newcomer');
  await team.stack.settle();
  const suspended = await team.mayCall('newcomer');
  await orderAgreed('restore', 'user/newcomer', { expires: 'end-of-month' });

  expect([suspended, await team.mayCall('newcomer')]).toEqual([false, true]);
});

it.each<[string, string, string | undefined, Partial<OverrideOptions>, RegExp]>([
  [
    'about a window without a limit',
    'extend',
    'user/alice',
    { amount: '1', window: 'day', expires: '1h' },
    /no limit for a day/,
  ],
  ['about break-glass', 'suspend', 'user/rescue', {}, /break-glass/],
  ['of a halt of one', 'halt', 'user/alice', {}, /about the whole account/],
])(
  'a request %s is refused, with the sentence as the cause, and written down',
  async (_, action, subject, options, why) => {
    const { json, exitCode } = await order(action, subject, options);
    await team.stack.settle();

    expect([json.outcome, exitCode]).toEqual(['not-taken', 1]);
    expect(json.sentence).toMatch(why);
    const last = await lastOf(subject === 'user/rescue' ? 'account' : (subject as string));
    expect(last).toMatchObject({ action: 'override-refused', actor: 'user/ops', execution: json.execution });
    expect(last?.reason).toMatch(why);
  },
);

it.each<[string, string, string, Partial<OverrideOptions>, string]>([
  ['an end', 'extend', 'user/alice', { amount: '1' }, '"extend" needs --expires'],
  ['an amount', 'extend', 'user/alice', { expires: '1h' }, '"extend" needs --amount'],
  ['a known name', 'suspend', 'user/alise', {}, 'Did you mean "user/alice"?'],
  ['a known team', 'suspend', 'team/nobody', {}, 'the stage has no such team'],
])(
  'an order without %s is not sent, and the command says what to write',
  async (_, action, subject, options, why) => {
    await expect(order(action, subject, { force: false, ...options })).rejects.toThrow(why);
  },
);

describe('an order that gives away much', () => {
  const large = { amount: '500', expires: '2h' };

  it('waits for another person, whose answer is checked', async () => {
    const { json } = await order('extend', 'user/carol', large);
    const execution = json.execution as string;
    const waiting = await listWaiting(team.as('user/looker'));
    const own = await answerOrder('approve', execution, { reason: 'mine' }, team.as('user/ops'));
    const approved = await answerOrder('approve', execution, { reason: 'fine' }, team.as('user/boss'));
    const again = await answerOrder('approve', execution, { reason: 'fine' }, team.as('user/boss'));
    await team.stack.settle();

    expect(json.outcome).toBe('waits');
    expect(waiting.json).toMatchObject([{ execution, requestedBy: 'user/ops' }]);
    expect(own.text).toContain('user/ops asked for it: somebody else has to answer.');
    expect(approved.json).toMatchObject({ accepted: true, answeredBy: 'user/boss' });
    expect(again.text).toContain('does not wait any more');
    const entries = (await historyOf('user/carol', team.as('user/looker'))).json.changes;
    expect(entries.find(({ action }) => action === 'extend')?.reason).toBe(
      'the test Approved by user/boss: fine',
    );
    expect(entries.map(({ action }) => action)).toContain('approval-asked');
  });

  it('is not answered by another session of the role that asked', async () => {
    const { json } = await order('extend', 'user/dave', large, 'role/Duty/ann');
    const other = await answerOrder(
      'approve',
      json.execution ?? '',
      { reason: 'x' },
      team.as('role/Duty/ben'),
    );
    const rejected = await answerOrder(
      'reject',
      json.execution ?? '',
      { reason: 'too much' },
      team.as('user/boss'),
    );
    await team.stack.settle();

    expect(other.text).toContain('somebody else has to answer');
    expect(rejected.text).toContain('user/boss rejected it: too much');
    expect(await lastOf('user/dave')).toMatchObject({ action: 'override-refused', actor: 'role/Duty' });
  });

  it('lapses when nobody answers in time', async () => {
    const { json } = await order('exempt', 'user/erin', { expires: '3h' });
    await team.later(new Date(team.stack.now().getTime() + 61 * 60_000).toISOString());
    const late = await answerOrder('approve', json.execution ?? '', { reason: 'late' }, team.as('user/boss'));
    const execution = (await team.stack.executions()).find(({ name }) => name === json.execution);

    expect(late.text).toContain('does not wait any more');
    expect(execution).toMatchObject({ status: expect.stringMatching(/FAILED/) });
    expect((await lastOf('user/erin'))?.reason).toContain('Nobody approved it in time');
  });

  it('in small pieces waits as well', async () => {
    const first = await order('extend', 'user/fred', { amount: '60', expires: '2h' });
    const second = await order('extend', 'user/fred', { amount: '60', expires: '2h' });

    expect([first.json.outcome, second.json.outcome]).toEqual(['taken', 'waits']);
  });
});

describe('who asks', () => {
  it('is who signed, whatever the body claims', async () => {
    const body = { action: 'suspend', subject: 'user/gil', reason: 'r', requestedBy: 'user/boss' };
    const { status, body: answer } = await team.stack.people.order('user/ops', body);
    await team.stack.settle();

    expect([status, answer]).toEqual([202, expect.objectContaining({ requestedBy: 'user/ops' })]);
    const entries = (await historyOf('user/gil', team.as('user/looker'))).json.changes;
    expect(entries.find(({ action }) => action === 'suspend')).toMatchObject({
      actor: 'user/ops',
      inputs: { caller: 'arn:aws:iam::111122223333:user/ops', verified: 'true' },
    });
  });

  it('past the front door is recorded as claimed, and refused where a second person is needed', async () => {
    const small = await order(
      'extend',
      'user/hana',
      { amount: '1', expires: '1h', direct: true },
      'user/admin',
    );
    const large = await order(
      'extend',
      'user/hana',
      { amount: '500', expires: '1h', direct: true },
      'user/admin',
    );
    await team.stack.settle();
    const entries = (await historyOf('user/hana', team.as('user/looker'))).json.changes;

    expect([small.json.outcome, large.json.outcome]).toEqual(['taken', 'not-taken']);
    expect(entries.find(({ action }) => action === 'extend')?.actor).toBe('user/admin (as claimed)');
    expect(large.json.sentence).toContain('only the front door sees who asks');
  });

  it('cannot be borrowed by starting the machine with what the front door saw of another request', async () => {
    const { json } = await order('extend', 'user/iris', { amount: '1', expires: '1h' });
    const forged = {
      action: 'exempt',
      subject: 'user/iris',
      reason: 'r',
      requestedBy: 'user/ops',
      expiresAt: '2026-12-01T00:00:00Z',
    };

    expect(() => team.stack.startExecution('override', forged, json.execution)).toThrow(
      /ExecutionAlreadyExists|already/i,
    );
  });
});

it('whoever may only look or approve cannot order, and whoever may only look cannot answer', async () => {
  for (const person of ['user/looker', 'user/boss']) {
    await expect(order('suspend', 'user/alice', {}, person)).rejects.toThrow();
    const { status } = await team.stack.people.order(person, {
      action: 'suspend',
      subject: 'user/alice',
      reason: 'r',
    });
    expect(status).toBe(403);
  }
  const answer = { action: 'approve', execution: 'override-x', reason: 'r' };
  expect((await team.stack.people.answer('user/looker', answer)).status).toBe(403);
});

it('pause and unpause by the machine stop enforcement and start it again', async () => {
  await order('pause', undefined);
  await team.spend('jane', 5);
  const paused = await team.mayCall('jane');
  await order('unpause', undefined);
  await team.later(new Date(team.stack.now().getTime() + 3 * 60_000).toISOString());

  expect([paused, await team.mayCall('jane')]).toEqual([true, false]);
});

it('nothing was refused to any part of the system', () => {
  expect(team.stack.refusals()).toEqual([]);
});
