import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbPrincipals } from '../../../lambda/adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { readSituation } from '../../../lambda/use-cases/deciding/read-situation.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const now = new Date('2026-11-22T12:00:00Z');
const sleep = async () => {};
const seen = (team: string | undefined) => ({ team, uniqueId: 'AIDAEXAMPLE', seenAt: now });

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const registry = () =>
  new DynamoDbPrincipals(documentClient(tables.client()), tables.budgets, () => now, sleep);
const subjects = () => new DynamoDbSubjects(documentClient(tables.client()), tables, () => now, sleep);
const item = async (pk: string, sk: string) =>
  (await documentClient(tables.client()).send(new GetCommand({ TableName: tables.budgets, Key: { pk, sk } })))
    .Item;

describe('what is remembered of a principal', () => {
  it('is found again, by another execution environment, too', async () => {
    await registry().remember('user/one', seen('team/one'), undefined);
    await registry().remember('user/two', seen(undefined), undefined);

    expect(await registry().find(['user/one', 'user/two', 'user/nobody'])).toEqual(
      new Map([
        ['user/one', seen('team/one')],
        ['user/two', seen(undefined)],
      ]),
    );
  });

  it('makes a member of the team, for longer than any window lasts', async () => {
    await registry().remember('user/three', seen('team/three'), undefined);
    await registry().remember('role/App/a#b', seen('team/three'), undefined);

    expect([...(await subjects().taggedMembers('team/three'))].sort()).toEqual([
      'role/App/a#b',
      'user/three',
    ]);
    expect((await item('team/three', 'MEMBER#user/three'))?.['expiresAt']).toBe(
      Date.parse('2027-01-01T12:00:00Z') / 1000,
    );
  });

  it('wakes nobody at first sight, and whoever changes the team', async () => {
    const people = registry();
    await people.remember('user/four', seen('team/four'), undefined);
    expect(await item('user/four', 'EVALUATE')).toBeUndefined();

    await people.remember('user/four', seen('team/five'), seen('team/four'));

    expect(await item('user/four', 'EVALUATE')).toBeDefined();
    expect(await people.find(['user/four'])).toEqual(new Map([['user/four', seen('team/five')]]));
  });
});

describe('the tier of a principal', () => {
  const settings = settingsSchema.parse({
    mode: 'enforce',
    defaults: { tiers: { small: { monthUsd: '1.00' }, large: { monthUsd: '9.00' } } },
  });
  const limit = async () => {
    const deps = { subjects: subjects(), settings, clock: () => now };
    return (await readSituation('user/tiered', deps))?.situation.budget.limits[0]?.amount;
  };

  it('decides on its budget, and another one wakes it', async () => {
    const people = registry();
    const small = { ...seen(undefined), tier: 'small' };
    await subjects().provision('user/tiered', firstState(now.toISOString(), 'test'));
    await people.remember('user/tiered', small, undefined);
    expect(await registry().find(['user/tiered'])).toEqual(new Map([['user/tiered', small]]));
    expect(await limit()).toBe(1_000_000_000n);
    expect(await item('user/tiered', 'EVALUATE')).toBeUndefined();

    await people.remember('user/tiered', { ...small, tier: 'large' }, small);

    expect(await limit()).toBe(9_000_000_000n);
    expect(await item('user/tiered', 'EVALUATE')).toBeDefined();
  });
});

describe('the situation', () => {
  const settings = settingsSchema.parse({
    mode: 'enforce',
    teams: { 'team/six': { members: ['user/configured'], monthUsd: '10.00' } },
  });
  const deps = () => ({ subjects: subjects(), settings, clock: () => now });
  const hold = {
    level: 'suspended',
    window: 'month:2026-11',
    since: now.toISOString(),
    reason: 'test',
  } as const;

  it('of a team has its configured and its tagged members; of a tagged member it has the team’s hold', async () => {
    const store = subjects();
    await store.provision('team/six', { ...firstState(now.toISOString(), 'test'), holds: { own: hold } });
    await store.provision('user/tagged', firstState(now.toISOString(), 'test'));
    await registry().remember('user/tagged', seen('team/six'), undefined);

    const team = await readSituation('team/six', deps());
    const member = await readSituation('user/tagged', deps());

    // A session whose role configuration puts into the team, whatever the role's tag says.
    const kim = { ...seen('team/other'), memberOf: 'team/six' };
    await registry().remember('role/App/kim', kim, undefined);
    const withSession = await readSituation('team/six', deps());

    expect(team?.situation.members).toEqual(['user/configured', 'user/tagged']);
    expect(withSession?.situation.members).toEqual(['user/configured', 'role/App/kim', 'user/tagged']);
    expect(member?.situation.teamHold).toEqual({ ...hold, ordered: false });
  });
});
