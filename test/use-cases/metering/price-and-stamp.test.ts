import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { noWindows, windowsAt } from '../../../lambda/domain/control/counted-windows.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { stampEntries } from '../../../lambda/use-cases/metering/price-and-stamp.ts';
import { windowKindsOf } from '../../../lambda/use-cases/metering/window-kinds.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';
import { call } from '../../domain/pricing/invocation-builder.ts';
import { MemoryIamDirectory, MemoryProfiles, MemoryRegistry } from '../../support/look-ups.ts';

const month = 'month:2026-11';
const model = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const profile = (id: string, account = '012345678901') =>
  `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/${id}`;
const modelIn = (region: string) => `arn:aws:bedrock:${region}::foundation-model/${model}`;

async function stamp(
  invocations: readonly Invocation[],
  input: Partial<SettingsInput> = {},
  { iam = new MemoryIamDirectory(), profiles = new MemoryProfiles() } = {},
) {
  const subjects = new MemorySubjects();
  const entries = await stampEntries(invocations, 'delivery', {
    subjects,
    settings: settingsSchema.parse({ mode: 'enforce', ...input }),
    clock: () => new Date('2026-11-22T12:00:00Z'),
    people: { registry: new MemoryRegistry(), iam },
    profiles,
  });
  return { entries, subjects };
}

describe('the team of an entry', () => {
  const tagged = () => new MemoryIamDirectory().tag('user/alice', { Team: 'ml' });

  it('is the tagged one, whose budget it counts against', async () => {
    const teams = { 'team/ml': { monthUsd: '10.00' } };
    const { entries } = await stamp([call()], { teams }, { iam: tagged() });

    expect(entries[0]).toMatchObject({
      team: 'team/ml',
      windows: { team: [month], principal: [month], account: [month] },
    });
  });

  it('is the configured one where both name one', async () => {
    const teams = {
      'team/ops': { members: ['user/alice'], monthUsd: '5.00' },
      'team/ml': { monthUsd: '9.00' },
    };

    expect((await stamp([call()], { teams }, { iam: tagged() })).entries[0]?.team).toBe('team/ops');
  });

  it('is stamped without a budget, too, has no windows then, and is not provisioned', async () => {
    const { entries, subjects } = await stamp([call()], {}, { iam: tagged() });

    expect(entries[0]).toMatchObject({ team: 'team/ml', windows: { team: [] } });
    expect([...subjects.states.keys()].sort()).toEqual(['account', 'user/alice']);
  });

  it('is nobody’s to choose: metadata that names one changes nothing', async () => {
    const claimed = { ...call(), labels: { Team: 'ops' } };
    const { entries } = await stamp([claimed], { labels: ['Team'] }, { iam: tagged() });

    expect(entries[0]).toMatchObject({ principal: 'user/alice', team: 'team/ml', labels: { Team: 'ops' } });
  });
});

describe('the windows of an entry', () => {
  const windowsOf = async (input: Partial<SettingsInput>) =>
    (await stamp([call()], input)).entries[0]?.windows.principal.map((window) => window.split(':')[0]);

  it('are those of the budget, and where that is a default those of every default', async () => {
    expect(await windowsOf({})).toEqual(['month']);
    const defaults = { tiers: { small: { dayUsd: '1' } } };
    expect(await windowsOf({ defaults })).toEqual(['day', 'month']);
    expect(await windowsOf({ defaults, budgets: { 'user/alice': { weekUsd: '1' } } })).toEqual(['week']);
  });

  it('hold what an operator’s budget leaves out, for when it is taken away', async () => {
    const subjects = new MemorySubjects();
    await subjects.provision('user/alice', firstState('2026-11-01T00:00:00Z', 'test'));
    subjects.specs.set('user/alice', { dayUsd: '1' });
    const kinds = await windowKindsOf(['user/alice'], 'test', {
      subjects,
      settings: settingsSchema.parse({ mode: 'enforce' }),
      clock: () => new Date('2026-11-22T12:00:00Z'),
    });
    expect(kinds.get('user/alice')?.kinds).toEqual(['day', 'month']);
  });
});

describe('an entry of a call through an application profile', () => {
  it('is priced by what Bedrock tells, which is stamped beside it', async () => {
    const profiles = new MemoryProfiles({
      [profile('aaaaaaaaaaaa')]: [modelIn('us-east-1'), modelIn('')],
      [profile('bbbbbbbbbbbb')]: [modelIn('us-east-1'), modelIn('us-west-2')],
    });
    const calls = [call({ modelId: profile('aaaaaaaaaaaa') }), call({ modelId: 'bbbbbbbbbbbb' })];

    const { entries } = await stamp(calls, {}, { profiles });

    expect(entries.map(({ behind, charge }) => [behind, charge.cost, charge.quality])).toEqual([
      [`global.${model}`, 1_500_000n, 'priced'],
      [model, 1_650_000n, 'priced'],
    ]);
  });

  it('is priced by the settings where they know the profile, and Bedrock is not asked', async () => {
    const profiles = new MemoryProfiles({ [profile('aaaaaaaaaaaa')]: [modelIn('us-east-1')] });
    const settings = { profiles: { [profile('aaaaaaaaaaaa')]: 'amazon.nova-pro-v1:0' } };

    const { entries } = await stamp([call({ modelId: 'aaaaaaaaaaaa' })], settings, { profiles });

    expect(entries[0]).toMatchObject({
      behind: 'amazon.nova-pro-v1:0',
      charge: { model: 'amazon.nova-pro-v1:0' },
    });
    expect(profiles.asked).toEqual([]);
  });

  it('is posted at a flagged ceiling where nobody tells, and a stranger’s profile is asked for by nobody', async () => {
    const profiles = new MemoryProfiles();
    const calls = [
      call({ modelId: profile('aaaaaaaaaaaa') }),
      call({ modelId: profile('cccccccccccc', '999988887777') }),
    ];

    const { entries } = await stamp(calls, {}, { profiles });

    for (const { behind, charge } of entries) {
      expect(behind).toBeUndefined();
      expect(charge).toMatchObject({ quality: 'ceiling', flags: ['ceiling', 'profile-unresolved'] });
    }
    expect(profiles.asked).toEqual([profile('aaaaaaaaaaaa')]);
  });
});

describe('a limit of some models', () => {
  it('counts the calls of its models, however they are spelt, beside the whole budget', async () => {
    const models = { 'anthropic.*': { dayUsd: '1' }, 'amazon.nova-pro-v1:0': { monthUsd: '2' } };
    const settings = settingsSchema.parse({
      mode: 'enforce',
      budgets: { 'user/alice': { monthUsd: '10', models } },
    });
    const windows = await windowKindsOf(['user/alice'], 'test', {
      subjects: new MemorySubjects(),
      settings,
      clock: () => new Date('2026-11-22T12:00:00Z'),
    });
    const at = (model: string | undefined) =>
      windowsAt(windows.get('user/alice') ?? noWindows, new Date('2026-11-22T12:00:00Z'), 'UTC', model);

    expect(at('anthropic.claude-opus-4-6-v1')).toEqual(['month:2026-11', 'day:2026-11-22@anthropic.*']);
    expect(at('amazon.nova-pro-v1:0')).toEqual(['month:2026-11', 'month:2026-11@amazon.nova-pro-v1:0']);
    expect(at('amazon.nova-micro-v1:0')).toEqual(['month:2026-11']);
    expect(at(undefined)).toEqual(['month:2026-11']);
  });
});
