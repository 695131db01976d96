import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Hold } from '../../../lambda/domain/control/access.ts';
import { changed, firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { handleJobs } from '../../../lambda/handlers/jobs.ts';
import type { StopJobsDeps } from '../../../lambda/use-cases/enforcement/stop-jobs.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const at = '2026-11-22T12:00:00.000Z';
const suspend: Hold = { level: 'suspended', window: 'month:2026-11', since: at, reason: 'test' };
const change = { at, action: 'test', actor: 'test', reason: 'test', before: '', after: '' };
const job = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/${id}`;
const denied = { level: 'suspended', outcome: 'matched', at } as const;

async function prepared(states: Readonly<Record<string, Partial<SubjectState>>>, settings: object = {}) {
  const subjects = new MemorySubjects();
  for (const [subject, patch] of Object.entries({ account: {}, ...states })) {
    const first = firstState(at, 'test');
    await subjects.provision(subject, first);
    await subjects.commit({ subject, expectedVersion: 1, state: changed(first, patch, change) });
  }
  const running = new Set<string>();
  const immovable = new Set<string>();
  const notes = new Map<string, Set<string>>();
  let swept = false;
  const deps: StopJobsDeps & { settings: ReturnType<typeof settingsSchema.parse> } = {
    subjects,
    jobs: {
      running: async () => [...running],
      stop: async (arn) => {
        if (immovable.has(arn)) throw new Error('Access denied.');
        return running.delete(arn);
      },
    },
    submitted: {
      record: async (subject, arn) => void notes.set(subject, (notes.get(subject) ?? new Set()).add(arn)),
      of: async (subject) => [...(notes.get(subject) ?? [])],
      forget: async (subject, arn) => void notes.get(subject)?.delete(arn),
      takeSweep: async () => {
        const first = !swept;
        swept = true;
        return first;
      },
    },
    settings: settingsSchema.parse({
      ...{ mode: 'enforce', sharedRoles: ['App'], breakGlass: ['user/rescue'] },
      ...settings,
    }),
    clock: () => new Date(at),
  };
  const submit = (arn: string, id: string, more: object = {}) => {
    running.add(job(id));
    const detail = {
      eventSource: 'bedrock.amazonaws.com',
      eventName: 'CreateModelInvocationJob',
      userIdentity: { arn: `arn:aws:${arn}` },
      responseElements: { jobArn: job(id) },
      recipientAccountId: '111122223333',
      ...more,
    };
    return handleJobs({ detail }, deps);
  };
  const suspended = (subject: string) => handleJobs({ stopJobsOf: subject }, deps);
  return { subjects, running, immovable, submit, suspended };
}
const alice = 'iam::111122223333:user/alice';
const ann = 'sts::111122223333:assumed-role/App/ann';
const rescue = 'iam::111122223333:user/rescue';

describe('batch jobs of a suspended principal', () => {
  it('are stopped, those of others run on, and the audit trail tells', async () => {
    const it = await prepared({ 'user/alice': { enforced: denied } });
    await it.submit('iam::111122223333:user/bob', 'bobs');
    await it.submit(alice, 'hers');
    expect([...it.running]).toEqual([job('bobs')]);
    expect((await it.subjects.state('user/alice'))?.lastChange).toMatchObject({
      action: 'jobs-stopped',
      reason: 'Batch jobs that were running were stopped: hers.',
    });
  });

  it('are stopped with its role, of a session that is free itself', async () => {
    const it = await prepared({ 'role/App': { enforced: denied }, 'role/App/ann': {} });
    await it.submit(ann, 'anns');
    expect([...it.running]).toEqual([]);
  });

  it('run on where it was let go meanwhile, only restricted, or the stage wants it so', async () => {
    const free = await prepared({ 'user/alice': {} });
    await free.submit(alice, 'one');
    expect(await free.suspended('user/alice')).toEqual({ stopped: [], failed: {} });
    const restricted = await prepared({ 'user/alice': { enforced: { ...denied, level: 'restricted' } } });
    await restricted.submit(alice, 'two');
    expect([...restricted.running]).toEqual([job('two')]);
    const spared = await prepared(
      { 'user/alice': { enforced: denied } },
      { batchJobs: { onSuspension: false } },
    );
    await spared.submit(alice, 'three');
    expect([...spared.running]).toEqual([job('three')]);
  });

  it('are each tried, and one that cannot be stopped is tried again the next time', async () => {
    const it = await prepared({ 'user/alice': {} });
    await it.submit(alice, 'stuck');
    await it.submit(alice, 'other');
    it.immovable.add(job('stuck'));
    const state = (await it.subjects.state('user/alice')) as SubjectState;
    const next = changed(state, { enforced: denied }, change);
    await it.subjects.commit({ subject: 'user/alice', expectedVersion: state.version, state: next });
    expect(await it.suspended('user/alice')).toEqual({
      stopped: [job('other')],
      failed: { [job('stuck')]: 'Access denied.' },
    });
    it.immovable.clear();
    expect(await it.suspended('user/alice')).toEqual({ stopped: [job('stuck')], failed: {} });
  });

  it('are not made up from calls that failed or are others', async () => {
    const it = await prepared({ 'user/alice': { enforced: denied } });
    await it.submit(alice, 'failed', { errorCode: 'AccessDenied' });
    await it.submit(alice, 'else', { eventName: 'StopModelInvocationJob' });
    expect(it.running.size).toBe(2);
  });
});

describe('batch jobs during a halt of the account', () => {
  const halted = { 'user/alice': { enforced: denied, holds: { account: suspend } } };

  it('are all stopped, whoever submitted them, break-glass principals excepted', async () => {
    const it = await prepared(halted);
    it.running.add(job('nobody-knows'));
    await it.submit(rescue, 'rescue');
    expect((await it.suspended('user/alice')).stopped).toEqual([job('nobody-knows')]);
    expect([...it.running]).toEqual([job('rescue')]);
    expect((await it.subjects.state('account'))?.lastChange.action).toBe('jobs-stopped');
    // However many are halted at once, one looks.
    it.running.add(job('later'));
    expect(await it.suspended('user/alice')).toEqual({ stopped: [], failed: {} });
  });

  it('run on where the stage wants it so', async () => {
    const it = await prepared(halted, { batchJobs: { onHalt: false } });
    it.running.add(job('nobody-knows'));
    await it.suspended('user/alice');
    expect([...it.running]).toEqual([job('nobody-knows')]);
  });
});
