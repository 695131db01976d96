import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { identify } from '../../../lambda/domain/principal.ts';
import { type Payer, taggedTeams } from '../../../lambda/use-cases/metering/look-up-teams.ts';
import { MemoryIamDirectory, MemoryRegistry } from '../../support/look-ups.ts';

const account = '111122223333';
const analysts = 'AWSReservedSSO_Analysts_0a1b2c3d4e5f6789';
const settings = settingsSchema.parse({ mode: 'enforce', sharedRoles: ['App'] });
const payer = (resource: string, of = account): Payer => ({
  identity: identify(
    `arn:aws:${resource.startsWith('assumed-role') ? 'sts' : 'iam'}::${of}:${resource}`,
    settings,
  ),
  account,
});

let iam: MemoryIamDirectory;
let registry: MemoryRegistry;
let now: Date;
beforeEach(() => {
  iam = new MemoryIamDirectory();
  registry = new MemoryRegistry();
  now = new Date('2026-11-22T12:00:00Z');
});
const teams = async (...resources: string[]) =>
  Object.fromEntries(
    await taggedTeams(
      resources.map((resource) => payer(resource)),
      { settings, clock: () => now, people: { registry, iam } },
    ),
  );
const pass = (hours: number) => {
  now = new Date(now.getTime() + hours * 3_600_000);
};

describe('the teams of payers', () => {
  it('are read from IAM at first sight, and remembered with the unique id', async () => {
    iam.tag('user/alice', { Team: 'ml' });

    expect(await teams('user/eng/alice', 'user/eng/alice')).toEqual({ 'user/alice': 'team/ml' });
    expect(registry.known.get('user/alice')).toEqual({
      team: 'team/ml',
      uniqueId: 'AIDA-user/alice',
      seenAt: now,
    });
  });

  it('are remembered with their tier', async () => {
    iam.tag('user/alice', { Team: 'ml', budgettier: ' small ' });
    await teams('user/alice');
    expect(registry.known.get('user/alice')).toMatchObject({ team: 'team/ml', tier: 'small' });
  });

  it('are remembered with where its own warnings go, if people are told at all', async () => {
    iam.tag('user/alice', { BudgetContact: 'alice@corp.example' });
    await teams('user/alice');
    expect(registry.known.get('user/alice')?.contact).toBeUndefined();
    pass(25);
    const people = { registry, iam };
    const telling = settingsSchema.parse({ mode: 'enforce', userChannels: {} });
    await taggedTeams([payer('user/alice')], { settings: telling, clock: () => now, people });
    expect(registry.known.get('user/alice')).toMatchObject({ contact: 'alice@corp.example' });
  });

  it('are remembered with the pool that configuration has them draw from, their role by its name', async () => {
    iam.tag('role/App', { Team: 'ops' });
    const { teams: configured } = settingsSchema.parse({
      mode: 'enforce',
      teams: { 'team/ml': { members: ['role/App'], monthUsd: '5' } },
    });
    const people = { registry, iam };
    const payers = [payer('assumed-role/App/kim')];
    await taggedTeams(payers, { settings: { ...settings, teams: configured }, clock: () => now, people });
    expect(registry.known.get('role/App/kim')).toMatchObject({ team: 'team/ops', memberOf: 'team/ml' });
  });

  it('are asked for once a day at most, however many records there are', async () => {
    iam.tag('user/alice', { Team: 'ml' });
    for (let hour = 0; hour < 24; hour++) {
      await teams('user/alice');
      pass(0.99);
    }
    expect(iam.asked).toEqual(['user/alice']);

    iam.tag('user/alice', { Team: 'ops' });
    pass(1);

    expect(await teams('user/alice')).toEqual({ 'user/alice': 'team/ops' });
    expect(iam.asked).toHaveLength(2);
  });

  it('are remembered of the untagged, too, who are not asked for again either', async () => {
    iam.tag('user/bob', {});

    expect(await teams('user/bob')).toEqual({});
    await teams('user/bob');

    expect(iam.asked).toEqual(['user/bob']);
  });

  it('stay as they were known while IAM does not answer, and are asked for again', async () => {
    iam.tag('user/alice', { Team: 'ml' });
    await teams('user/alice');
    iam.down = true;
    pass(25);

    expect(await teams('user/alice', 'user/bob')).toEqual({ 'user/alice': 'team/ml' });
    expect(registry.writes).toEqual(['user/alice']);

    iam.down = false;
    iam.tag('user/bob', { Team: 'ml' });

    expect(await teams('user/bob')).toEqual({ 'user/bob': 'team/ml' });
  });

  it('of the sessions of a shared role are the role’s, for which one look is enough', async () => {
    iam.tag('role/App', { Team: 'web' });

    expect(await teams('assumed-role/App/one', 'assumed-role/App/two')).toEqual({
      'role/App/one': 'team/web',
      'role/App/two': 'team/web',
    });
    expect(iam.asked).toEqual(['role/App']);
  });

  it('of Identity Center’s people count once the path proves whose role it is', async () => {
    const session = `assumed-role/${analysts}/fatima`;
    iam.tag(`role/${analysts}`, { Team: 'ml' }, '/forged/');
    expect(await teams(session)).toEqual({});

    pass(25);
    iam.tag(`role/${analysts}`, { Team: 'ml' }, '/aws-reserved/sso.amazonaws.com/');

    expect(await teams(session)).toEqual({ [`role/${analysts}/fatima`]: 'team/ml' });
  });

  it('of root, federated users and callers of other accounts are nobody’s to read', async () => {
    const strangers = [payer('root'), payer('user/alice', '999988887777')];
    const federated = { identity: identify(`arn:aws:sts::${account}:federated-user/bob`, settings), account };

    const found = await taggedTeams([...strangers, federated], {
      settings,
      clock: () => now,
      people: { registry, iam },
    });

    expect([...found]).toEqual([]);
    expect(iam.asked).toEqual([]);
  });
});
