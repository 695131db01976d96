import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import {
  askApproval,
  checkOverride,
  type OverrideDeps,
  OverrideRefusedError,
  refuseOverride,
  takeOverride,
} from '../../../lambda/use-cases/overrides/follow-override.ts';
import {
  answerApproval,
  type FrontDoorDeps,
  requestOverride,
} from '../../../lambda/use-cases/overrides/front-door.ts';
import { NobodyWaitsError, type OverrideRecord } from '../../../lambda/use-cases/ports/workflows.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const now = new Date('2026-11-22T12:00:00Z');
const arn = (name: string) => `arn:aws:iam::111122223333:user/${name}`;
const execution = 'override-1';
const extension = {
  action: 'extend',
  subject: 'user/bob',
  window: 'month',
  amountUsd: '500.00',
  expiresAt: '2026-11-30T00:00:00Z',
  reason: 'month-end close',
};

/** The front door and the override machine's steps over one memory. */
async function office(input: Partial<SettingsInput> = {}) {
  const settings = settingsSchema.parse({
    ...{ mode: 'enforce', approvals: { aboveUsd: '100', withinMinutes: 60 } },
    ...input,
  });
  const subjects = new MemorySubjects();
  await subjects.provision('account', firstState(now.toISOString(), 'test'));
  const kept = new Map<string, OverrideRecord>();
  const records: FrontDoorDeps['records'] = {
    find: async (name) => kept.get(name),
    keep: async (name, record) => void kept.set(name, record),
    keepToken: async (name, token) => void kept.set(name, { ...(kept.get(name) as OverrideRecord), token }),
  };
  const started: unknown[] = [];
  const answers: unknown[] = [];
  let waiting = true;
  const answer = (given: unknown) => {
    if (!waiting) throw new NobodyWaitsError('Nobody waits.');
    waiting = false;
    answers.push(given);
  };
  const door: FrontDoorDeps = {
    ...{ records, settings },
    machine: {
      start: async (_name, request) => void started.push(request),
      approve: async (_token, approval) => answer(approval),
      reject: async (_token, error, cause) => answer({ error, cause }),
    },
    newExecution: () => execution,
  };
  const deps: OverrideDeps = {
    ...{ subjects, records, settings, clock: () => now },
    principals: { describe: async () => ({ arn: '', path: '/', uniqueId: '', tags: {} }) },
  } as OverrideDeps;
  const say = (action: string, by: string) =>
    answerApproval(arn(by), { action, execution, reason: 'seen' }, door);
  const changes = (subject: string) =>
    subjects.history
      .filter((each) => each.subject === subject)
      .map(({ state }) => `${state.lastChange.action} by ${state.lastChange.actor}`);
  return { deps, door, started, answers, say, changes, subjects };
}

/** Ann has asked for more than one person may give. */
async function waits() {
  const it = await office();
  await requestOverride(arn('ann'), { ...extension, requestedBy: 'user/root' }, it.door);
  await askApproval(execution, it.started[0], 'the token', it.deps);
  return it;
}

describe('an order at the front door', () => {
  it('is in the name of who signed it, whatever it claims, and waits for a second person above the bound', async () => {
    const { door, deps, started } = await office();
    const { status, body } = await requestOverride(
      arn('ann'),
      { ...extension, requestedBy: 'user/root' },
      door,
    );

    expect([status, body]).toEqual([202, { execution, requestedBy: 'user/ann' }]);
    expect(started).toEqual([expect.objectContaining({ requestedBy: 'user/ann' })]);
    expect(await checkOverride(execution, started[0], deps)).toEqual({
      ...{ accepted: true, refusal: '', needsApproval: true, approvalSeconds: 3600 },
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', 'extend', 'wrong in action'],
    ['an order without a reason', { ...extension, reason: undefined }, 'wrong in reason'],
  ])('is refused where it is %s', async (_, body, sentence) => {
    const { door, started } = await office();
    const answer = await requestOverride(arn('ann'), body, door);
    expect(answer.status).toBe(400);
    expect(answer.body['message']).toContain(sentence);
    expect(started).toEqual([]);
  });
});

it('an order that needs a second person is refused where nobody saw who asks', async () => {
  const { deps, changes } = await office();
  const direct = { ...extension, requestedBy: 'user/ann' };
  expect(await checkOverride(execution, direct, deps)).toMatchObject({
    accepted: false,
    refusal: expect.stringContaining('only the front door sees who asks'),
  });
  expect(changes('account')).toContain('override-refused by user/ann (as claimed)');
});

describe('an order that waits for a second person', () => {
  it('asks by one alert of its subject, however often the step is tried', async () => {
    const { deps, started, changes } = await waits();
    await askApproval(execution, started[0], 'the next token', deps);
    expect(changes('user/bob').filter((change) => change === 'approval-asked by user/ann')).toHaveLength(1);
  });

  it('is taken once with the name of who approved it', async () => {
    const { deps, started, answers, say, subjects, changes } = await waits();
    expect((await say('approve', 'ben')).body).toEqual({
      execution,
      answeredBy: 'user/ben',
      answer: 'approve',
    });
    for (let time = 0; time < 2; time++)
      await takeOverride(execution, started[0], answers[0] as object, deps);

    expect(changes('user/bob').filter((change) => change === 'extend by user/ann')).toHaveLength(1);
    const state = await subjects.state('user/bob');
    expect(state?.lastChange.reason).toBe('month-end close Approved by user/ben: seen');
  });

  it('is rejected with the reason', async () => {
    const { say, answers } = await waits();
    expect((await say('reject', 'ben')).status).toBe(200);
    expect(answers).toEqual([expect.objectContaining({ cause: 'user/ben rejected it: seen' })]);
  });

  it('is answered once, and only where it waits', async () => {
    const { say, door } = await waits();
    await say('approve', 'ben');
    expect((await say('approve', 'cyd')).status).toBe(409);
    const other = { action: 'approve', execution: 'override-2', reason: 'seen' };
    expect((await answerApproval(arn('ben'), other, door)).status).toBe(404);
    expect((await answerApproval(arn('ben'), { action: 'shrug' }, door)).status).toBe(400);
  });

  it('is written down as refused where nobody answers in time', async () => {
    const { deps, started, changes } = await waits();
    for (let time = 0; time < 2; time++)
      await refuseOverride(execution, started[0], 'Nobody answered.', deps);
    expect(changes('user/bob').filter((change) => change.startsWith('override-refused'))).toEqual([
      'override-refused by user/ann',
    ]);
  });

  it('is not taken any more where what it was judged by has changed', async () => {
    const { deps, started } = await waits();
    const later = { ...deps, clock: () => new Date('2026-12-01T00:00:00Z') };
    await expect(takeOverride(execution, started[0], {}, later)).rejects.toThrow(OverrideRefusedError);
  });
});
