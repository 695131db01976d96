import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { switchTexts } from '../../../lambda/domain/deny-policies/switch-policy.ts';
import {
  type AttachHaltSwitchDeps,
  attachHaltSwitch,
} from '../../../lambda/use-cases/enforcement/attach-halt-switch.ts';
import { matchIam } from '../../../lambda/use-cases/enforcement/match-iam.ts';
import { PrincipalGoneError, type SwitchPolicyVersion } from '../../../lambda/use-cases/ports/iam.ts';
import { switchAuthored } from '../../../lambda/use-cases/removal/what-to-lift.ts';
import { MemoryIam } from '../../support/memory-iam.ts';

const at = '2026-11-22T12:00:00.000Z';
const policyArn = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetSwitch-test';

function prepared(subjects: string[], settings: SettingsInput, carrying: string[] = []) {
  const carriers = new Set(carrying);
  const deps: AttachHaltSwitchDeps = {
    policyArn,
    subjects: { state: async () => undefined },
    states: {
      async *all() {
        yield subjects.map((subject) => ({ subject, state: firstState(at, 'test') }));
      },
    },
    carriers: {
      of: async () =>
        [...carriers].map((id) => {
          const [type, name = ''] = id.split('/');
          return { type: type as 'user' | 'role', name, policyArn };
        }),
      release: async ({ type, name }) => void carriers.delete(`${type}/${name}`),
    },
    switchPolicy: {
      count: async ({ name }) => (name === 'full' ? 9 : 8),
      attach: async ({ type, name }) => void carriers.add(`${type}/${name}`),
    },
    principals: {
      describe: async ({ name }) => {
        if (name === 'gone') throw new PrincipalGoneError('There is no gone.');
        return {
          ...{ arn: '', uniqueId: '', path: name === 'rescue' ? '/break-glass/' : '/' },
          tags: (name === 'tagged' ? { BedrockBudgetExempt: 'true' } : {}) as Record<string, string>,
        };
      },
    },
    settings: settingsSchema.parse(settings),
  };
  return { deps, carriers };
}
const on: SettingsInput = {
  ...{
    mode: 'enforce',
    haltSwitch: 'on',
    breakGlass: ['user/glass', 'role/Shared/ann'],
    exempt: ['user/spared'],
  },
  teams: { 'team/trial': { mode: 'shadow', members: ['user/trial'], monthUsd: '5' } },
};

describe('the switch policy', () => {
  it('is put on everyone whom a halt may stop, and on nobody else', async () => {
    const everyone = [
      ...['user/ann', 'role/App', 'user/spared', 'user/full', 'user/tagged', 'user/rescue', 'user/glass'],
      ...['user/trial', 'user/gone', 'role/Shared', 'role/App/session', 'root', '222233334444:user/far'],
    ];
    const { deps, carriers } = prepared(everyone, on);
    const spread = await attachHaltSwitch(deps);
    // Exempt is whom automatic causes spare: a halt does not.
    expect([...carriers].sort()).toEqual(['role/App', 'user/ann', 'user/spared']);
    expect(spread).toMatchObject({ carriers: 3, withoutRoom: ['user/full'], released: [] });
    expect((await attachHaltSwitch(deps)).attached).toEqual([]);
  });

  it('is taken off whoever became break-glass, and off everyone where the stage retires it', async () => {
    const { deps, carriers } = prepared(['user/ann'], on, ['user/ann', 'user/glass']);
    expect((await attachHaltSwitch(deps)).released).toEqual(['user/glass']);
    const retired = prepared(['user/ann'], { ...on, haltSwitch: 'retire' }, [...carriers]);
    expect(await attachHaltSwitch(retired.deps)).toMatchObject({ carriers: 0, released: ['user/ann'] });
    expect([...retired.carriers]).toEqual([]);
  });

  it('goes on nobody during a pause', async () => {
    const { deps, carriers } = prepared(['user/ann'], on);
    const paused = { ...firstState(at, 'test'), paused: { since: at, by: 'user/ops', reason: 'test' } };
    await attachHaltSwitch({ ...deps, subjects: { state: async () => paused } });
    expect([...carriers]).toEqual([]);
  });

  it('makes way for a deny that needs its slot', async () => {
    const iam = Object.assign(new MemoryIam(), {
      freeSlots: 0,
      async makeRoom(this: MemoryIam) {
        this.freeSlots = 1;
        return true;
      },
    });
    await matchIam({ type: 'user', name: 'alice' }, 'suspended', { iam, sleep: async () => {} });
    expect([...iam.carried]).toEqual(['suspended']);
  });

  it('has no other version than the dormant one once the stage is removed', async () => {
    const texts = switchTexts('aws', '111122223333');
    const calls: string[] = [];
    const version = (id: string, document: unknown, isDefault = false): SwitchPolicyVersion => ({
      ...{ id, document, isDefault },
    });
    const versions = [version('v1', texts.dormant), version('v2', texts.deny, true), version('v3', {})];
    const liftables = switchAuthored(
      {
        versions: async () => versions,
        choose: async (id) => void calls.push(`choose ${id}`),
        remove: async (id) => void calls.push(`remove ${id}`),
      },
      texts,
    );
    for (const { lift } of await liftables.find()) await lift();
    expect(calls).toEqual(['choose v1', 'remove v2', 'remove v3']);
    versions.splice(1);
    expect(await liftables.find()).toEqual([]);
  });
});
