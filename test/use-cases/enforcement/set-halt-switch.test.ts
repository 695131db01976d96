import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Hold } from '../../../lambda/domain/control/access.ts';
import { changed, firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { switchTexts } from '../../../lambda/domain/deny-policies/switch-policy.ts';
import {
  NotAuthoredError,
  type SetHaltSwitchDeps,
  setHaltSwitch,
} from '../../../lambda/use-cases/enforcement/set-halt-switch.ts';
import type { SwitchPolicyVersion } from '../../../lambda/use-cases/ports/iam.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const at = '2026-11-22T12:00:00.000Z';
const texts = switchTexts('aws', '111122223333');
const halt: Hold = { level: 'suspended', window: 'month:2026-11', since: at, reason: 'test' };
const restrict: Hold = { ...halt, level: 'restricted' };
const anything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

async function prepared(
  patch: Partial<SubjectState>,
  {
    haltSwitch = 'on',
    mode = 'enforce',
    documents = [texts.dormant, texts.deny] as unknown[],
    inForce = 0,
  } = {},
) {
  const subjects = new MemorySubjects();
  const first = firstState(at, 'test');
  await subjects.provision('account', first);
  await set(subjects, patch);
  let versions: SwitchPolicyVersion[] = documents.map((document, index) => ({
    ...{ id: `v${index + 1}`, isDefault: index === inForce, document },
  }));
  const chosen: string[] = [];
  const deps: SetHaltSwitchDeps = {
    ...{ subjects, texts, holder: 'test', sleep: async () => {}, clock: () => new Date(at) },
    settings: settingsSchema.parse({ mode, haltSwitch }),
    switchPolicy: {
      versions: async () => versions,
      remove: async () => {},
      choose: async (id) => {
        chosen.push(id);
        versions = versions.map((version) => ({ ...version, isDefault: version.id === id }));
      },
    },
  };
  const inForceNow = () => versions.find(({ isDefault }) => isDefault)?.id;
  return { subjects, deps, chosen, inForceNow };
}

async function set(subjects: MemorySubjects, patch: Partial<SubjectState>): Promise<void> {
  const state = subjects.states.get('account');
  if (state === undefined) throw new Error('There is no account.');
  const next = changed(state, patch, state.lastChange);
  await subjects.commit({ subject: 'account', expectedVersion: state.version, state: next });
}
const actions = ({ history }: MemorySubjects) => history.map(({ state }) => state.lastChange.action);

describe('the halt switch', () => {
  it('follows the marks of the account, is audited, and rests where it is right', async () => {
    const { subjects, deps, chosen } = await prepared({ holds: { manual: halt } });
    expect(await setHaltSwitch(deps)).toBe('deny');
    expect(await setHaltSwitch(deps)).toBe('deny');
    await set(subjects, { holds: {} });
    expect(await setHaltSwitch(deps)).toBe('dormant');
    expect(chosen).toEqual(['v2', 'v1']);
    expect(actions(subjects)).toEqual(expect.arrayContaining(['switch-deny', 'switch-dormant']));
    expect(subjects.alerts).toEqual([]);
  });

  it.each<[string, Partial<SubjectState>, object]>([
    ['for a restriction', { holds: { own: restrict } }, {}],
    ['where nothing is held', {}, {}],
    ['in shadow mode', { holds: { manual: halt } }, { mode: 'shadow' }],
    ['where the stage retires it', { holds: { manual: halt } }, { haltSwitch: 'retire' }],
  ])('is not thrown %s', async (_, patch, options) => {
    const { deps, chosen } = await prepared(patch, options);
    expect([await setHaltSwitch(deps), chosen]).toEqual(['dormant', []]);
  });

  it('stays where it is during a pause', async () => {
    const paused = { since: at, by: 'user/ops', reason: 'test' };
    const { deps, chosen } = await prepared({ holds: { manual: halt }, paused });
    expect([await setHaltSwitch(deps), chosen]).toEqual(['paused', []]);
  });

  it('is put back and told where somebody else moved it, also to a text that is not ours', async () => {
    const { subjects, deps, inForceNow } = await prepared(
      { holds: { manual: halt }, haltSwitch: { position: 'deny', at } },
      { documents: [texts.dormant, texts.deny, anything], inForce: 2 },
    );
    expect([await setHaltSwitch(deps), inForceNow()]).toEqual(['deny', 'v2']);
    expect(subjects.alerts).toMatchObject([
      {
        subject: 'account',
        notice: 'drift',
        severity: 'critical',
        detail: expect.stringContaining('Somebody had put'),
      },
    ]);
    expect(actions(subjects)).toContain('switch-drift');
  });

  it('cannot be set before somebody wrote the version, and says so critically, once', async () => {
    const { subjects, deps, chosen } = await prepared(
      { holds: { manual: halt } },
      { documents: [texts.dormant, anything] },
    );
    await expect(setHaltSwitch(deps)).rejects.toThrow(NotAuthoredError);
    await expect(setHaltSwitch(deps)).rejects.toThrow('budgeteer switch author');
    expect(chosen).toEqual([]);
    expect(subjects.alerts).toMatchObject([{ severity: 'critical', id: 'switch-needed' }]);
  });

  it('warns of that beforehand', async () => {
    const { subjects, deps } = await prepared({}, { documents: [texts.dormant] });
    expect(await setHaltSwitch(deps)).toBe('dormant');
    expect(subjects.alerts).toMatchObject([{ severity: 'warning', id: 'switch-not-ready' }]);
  });

  it('ends where the marks are, though they change while it is thrown', async () => {
    const { subjects, deps, inForceNow } = await prepared({ holds: { manual: halt } });
    const choose = deps.switchPolicy.choose.bind(deps.switchPolicy);
    let resumed = false;
    deps.switchPolicy.choose = async (id) => {
      await choose(id);
      if (resumed) return;
      resumed = true;
      await set(subjects, { holds: {} });
    };
    expect([await setHaltSwitch(deps), inForceNow()]).toEqual(['dormant', 'v1']);
  });
});
