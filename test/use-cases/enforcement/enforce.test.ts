import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Hold } from '../../../lambda/domain/control/access.ts';
import { changed, firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import {
  type EnforceDeps,
  enforce,
  enforceAlone,
  PausedError,
} from '../../../lambda/use-cases/enforcement/enforce.ts';
import { matchIam } from '../../../lambda/use-cases/enforcement/match-iam.ts';
import { setPaused } from '../../../lambda/use-cases/enforcement/pause.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';
import { MemoryIam } from '../../support/memory-iam.ts';

const at = '2026-11-22T12:00:00.000Z';
const change = { at, action: 'test', actor: 'test', reason: 'test', before: '', after: '' };
const suspend: Hold = { level: 'suspended', window: 'month:2026-11', since: at, reason: 'test' };

async function prepared(subject: string, patch: Partial<SubjectState>, breakGlass: string[] = []) {
  const subjects = new MemorySubjects();
  await subjects.provision(subject, firstState(at, 'test'));
  await subjects.commit({ subject, expectedVersion: 1, state: changed(firstState(at, ''), patch, change) });
  const iam = new MemoryIam();
  const settings = settingsSchema.parse({ mode: 'enforce', breakGlass });
  const deps: EnforceDeps = {
    ...{ subjects, settings, principals: iam, apiKeys: iam, holder: 'test' },
    clock: () => new Date(at),
    carry: (target, step) =>
      target.type === 'session'
        ? Promise.reject(new Error('The fence sees to sessions.'))
        : matchIam(target, step, { iam, sleep: async () => {} }),
  };
  return { subjects, iam, deps, run: () => enforce({ subject }, deps) };
}

describe('the enforcer', () => {
  it('makes IAM carry what the holds ask for and records that it was read back', async () => {
    const { subjects, iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    expect(await run()).toEqual({ outcome: 'matched', level: 'suspended' });
    expect([...iam.carried]).toEqual(['suspended']);
    expect((await subjects.state('user/alice'))?.enforced).toMatchObject({
      level: 'suspended',
      outcome: 'matched',
    });
  });

  it('follows a hold that is lifted while it is at work, so that no deny stays', async () => {
    const { subjects, iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    const attach = iam.attach.bind(iam);
    let lifted = false;
    iam.attach = async (target, step) => {
      await attach(target, step);
      const state = await subjects.state('user/alice');
      if (lifted || state === undefined) return;
      lifted = true;
      await subjects.commit({
        subject: 'user/alice',
        expectedVersion: state.version,
        state: changed(state, { holds: {} }, change),
      });
    };
    expect(await run()).toEqual({ outcome: 'matched', level: 'none' });
    expect(iam.carried.size).toBe(0);
  });

  it('changes nothing, and says nothing new, when it runs again', async () => {
    const { subjects, iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    await run();
    const version = (await subjects.state('user/alice'))?.version;
    iam.calls.length = 0;
    await run();
    expect(iam.calls).toEqual([]);
    expect((await subjects.state('user/alice'))?.version).toBe(version);
  });

  it.each([
    ['root', '/', []],
    ['role/AWSReservedSSO_Dev_0123456789abcdef/ann', '/', []],
    ['role/AWSServiceRoleForSupport', '/', []],
    ['role/App/session', '/', []],
    ['222233334444:user/alice', '/', []],
    ['user/rescue', '/break-glass/', []],
    ['user/rescue', '/', ['user/rescue']],
    ['role/budgeteer-enforcer', '/bedrock-budget/', []],
  ])('never touches %s under %s', async (subject, path, breakGlass) => {
    const { subjects, iam, run } = await prepared(subject, { holds: { own: suspend } }, breakGlass);
    iam.principalPath = path;
    expect(await run()).toMatchObject({
      outcome: 'unenforceable',
      reason: expect.stringMatching(/\w+ .*\./),
    });
    expect(iam.calls).toEqual([]);
    expect((await subjects.state(subject))?.enforced.outcome).toBe('unenforceable');
  });

  it('has nothing to say about a principal that is gone when nothing is wanted of it', async () => {
    const { iam, run } = await prepared('user/alice', {
      enforced: { level: 'suspended', outcome: 'matched' },
    });
    iam.gone = true;
    expect(await run()).toEqual({ outcome: 'matched', level: 'none' });
  });

  it('records its failure where nobody waits for it, to be tried again', async () => {
    const { subjects, iam, deps } = await prepared('user/alice', { holds: { own: suspend } });
    iam.staleReadings = 1000;
    await expect(enforceAlone({ subject: 'user/alice' }, deps)).rejects.toThrow('IAM does not show');
    expect((await subjects.state('user/alice'))?.failure).toMatchObject({
      retryAt: '2026-11-22T12:05:00.000Z',
    });
  });

  it('touches nothing while enforcement is paused, and nobody has failed by that', async () => {
    const { subjects, iam, deps, run } = await prepared('user/alice', { holds: { own: suspend } });
    await setPaused(true, { actor: 'user/ops', reason: 'test' }, deps);
    await expect(run()).rejects.toThrow(PausedError);
    expect(await enforceAlone({ subject: 'user/alice' }, deps)).toBeUndefined();
    expect(iam.calls).toEqual([]);
    expect((await subjects.state('user/alice'))?.failure).toBeUndefined();
    await setPaused(false, { actor: 'user/ops', reason: 'test' }, deps);
    expect(await run()).toEqual({ outcome: 'matched', level: 'suspended' });
  });

  it('puts back what someone took off, and says so', async () => {
    const { subjects, iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    await run();
    iam.carried.clear();
    await run();
    expect([...iam.carried]).toEqual(['suspended']);
    expect((await subjects.state('user/alice'))?.lastChange.action).toBe('drift-repaired');
  });

  it('tries again where nothing could bite before, and finds that an admin made room', async () => {
    const { subjects, iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    iam.freeSlots = 0;
    expect(await run()).toMatchObject({ outcome: 'unenforceable' });
    iam.freeSlots = 1;
    expect(await run()).toEqual({ outcome: 'matched', level: 'suspended' });
    expect((await subjects.state('user/alice'))?.enforced).toMatchObject({ outcome: 'matched' });
  });

  it('takes our deny off whoever became break-glass while suspended', async () => {
    const halted = { level: 'suspended', outcome: 'matched' } as const;
    const { iam, run } = await prepared('user/rescue', { enforced: halted }, ['user/rescue']);
    iam.carried.add('suspended');
    expect(await run()).toMatchObject({ outcome: 'matched', level: 'none' });
    expect(iam.carried.size).toBe(0);
  });

  it.each<[string, (iam: MemoryIam) => void, string[]]>([
    ['the exempt tag', (iam) => void Object.assign(iam, { tags: { bedrockBudgetExempt: 'true' } }), []],
    ['the break-glass path', (iam) => void Object.assign(iam, { principalPath: '/break-glass/' }), []],
    ['the settings', () => {}, ['user/alice']],
  ])(
    'takes our deny off whom %s protects while the holds still ask for it',
    async (_, protect, breakGlass) => {
      const { subjects, iam, run, deps } = await prepared('user/alice', { holds: { own: suspend } });
      await run();
      expect([...iam.carried]).toEqual(['suspended']);
      protect(iam);
      Object.assign(deps, { settings: { ...deps.settings, breakGlass } });
      expect(await run()).toMatchObject({ outcome: 'unenforceable' });
      expect(iam.carried.size).toBe(0);
      expect((await subjects.state('user/alice'))?.enforced).toMatchObject({ level: 'none' });
    },
  );

  it('does not call a session free whose fence it may not change any more', async () => {
    const halted = { level: 'suspended', outcome: 'matched' } as const;
    const { subjects, iam, run } = await prepared('role/App/ann', { enforced: halted });
    await expect(run()).rejects.toThrow(/put App back into fencedRoles/);
    expect((await subjects.state('role/App/ann'))?.enforced.level).toBe('suspended');
    iam.gone = true;
    expect(await run()).toEqual({ outcome: 'matched', level: 'none' });
  });

  it('fails where the policy is attached and denies nothing: someone changed its text', async () => {
    const { iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    iam.neutered = true;
    await expect(run()).rejects.toThrow(/simulation denies nothing/);
  });

  it('never stops whoever carries the exempt tag', async () => {
    const { iam, run } = await prepared('user/alice', { holds: { own: suspend } });
    iam.tags = { BedrockBudgetExempt: 'true' };
    expect(await run()).toMatchObject({ outcome: 'unenforceable', reason: expect.stringMatching(/tag/) });
    expect(iam.calls).toEqual([]);
  });
});

describe("a suspended user's API keys", () => {
  const keys = () => [
    { id: 'ACCA1', status: 'Active' as const },
    { id: 'ACCA2', status: 'Inactive' as const },
  ];
  const release = async ({ subjects }: Awaited<ReturnType<typeof prepared>>) => {
    const state = (await subjects.state('user/alice')) as SubjectState;
    const next = changed(state, { holds: {} }, change);
    await subjects.commit({ subject: 'user/alice', expectedVersion: state.version, state: next });
  };

  it('go off with the halt, and only those come back that were on', async () => {
    const it = await prepared('user/alice', { holds: { own: suspend } });
    it.iam.keys = keys();
    await it.run();
    expect(it.iam.keys.map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
    expect((await it.subjects.state('user/alice'))?.keysOff).toEqual(['ACCA1']);

    await release(it);
    await it.run();
    expect(it.iam.keys).toEqual(keys());
    expect((await it.subjects.state('user/alice'))?.keysOff).toBeUndefined();
  });

  it('are remembered whichever call the enforcer dies in', async () => {
    for (let deadly = 0; deadly < 3; deadly++) {
      const it = await prepared('user/alice', { holds: { own: suspend } });
      it.iam.keys = [...keys(), { id: 'ACCA3', status: 'Active' }];
      const set = it.iam.set.bind(it.iam);
      let calls = 0;
      it.iam.set = async (...call) => {
        if (calls++ === deadly) throw new Error('Killed.');
        await set(...call);
      };
      await it.run().catch(() => {});
      await it.run();
      await release(it);
      await it.run().catch(() => {});
      await it.run();
      expect(it.iam.keys).toEqual([...keys(), { id: 'ACCA3', status: 'Active' }]);
      expect((await it.subjects.state('user/alice'))?.keysOff).toBeUndefined();
    }
  });

  it('stay as they are for a restriction', async () => {
    const it = await prepared('user/alice', { holds: { own: { ...suspend, level: 'restricted' } } });
    it.iam.keys = keys();
    await it.run();
    expect(it.iam.keys).toEqual(keys());
  });
});
