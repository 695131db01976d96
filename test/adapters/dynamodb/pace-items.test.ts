import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { alertOf } from '../../../lambda/adapters/dynamodb/alert-items.ts';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { pacePut } from '../../../lambda/adapters/dynamodb/pace-items.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { expensiveCalls } from '../../../lambda/domain/control/expensive-calls.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { type Pace, samplePace } from '../../../lambda/domain/pace/pace.ts';
import { performOutbox } from '../../../lambda/use-cases/deciding/perform-outbox.ts';
import { VersionConflictError } from '../../../lambda/use-cases/ports/subjects.ts';
import { entry, priced } from '../../support/entries.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const now = new Date('2026-11-22T12:00:00Z');
const month = 'month:2026-11';
let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const document = () => documentClient(tables.client());
const store = () =>
  new DynamoDbSubjects(
    document(),
    tables,
    () => now,
    async () => {},
  );
const ledger = () =>
  new DynamoDbLedger(
    document(),
    tables,
    { ledgerDays: 400 },
    async () => {},
    () => now,
  );
const sampled = (before: Pace | undefined, minute: number, usd: string): Pace =>
  samplePace(before, {
    now: new Date(now.getTime() + minute * 60_000),
    window: month,
    spentNow: parseUsd(usd),
    requestsNow: minute,
  });

/** With every minute that is kept, at a hundred dollars a minute. */
const fullPace = Array.from({ length: 40 }, (_, minute) => minute).reduce<Pace | undefined>(
  (pace, minute) => sampled(pace, minute, `${minute * 100}.123456789`),
  undefined,
) as Pace;

describe('a pace', () => {
  it('is read back as it was kept, with the list of principals ranked by its burn rate', async () => {
    const subjects = store();
    for (const name of ['user/slow', 'user/fast']) await subjects.provision(name, firstState('', ''));
    const first = sampled(undefined, 0, '0');
    await subjects.keepPace('user/slow', { pace: first, before: undefined });
    await subjects.keepPace('user/slow', { pace: sampled(first, 1, '0.7'), before: first });
    await subjects.keepPace('user/fast', { pace: first, before: undefined });
    await subjects.keepPace('user/fast', { pace: sampled(first, 1, '70'), before: first });

    expect((await subjects.load('user/slow', [month])).pace).toEqual(sampled(first, 1, '0.7'));
    const principals: string[] = [];
    for await (const portion of subjects.listPrincipals(''))
      principals.push(...portion.map(({ subject }) => subject));
    expect(principals.filter((name) => ['user/slow', 'user/fast'].includes(name))).toEqual([
      'user/fast',
      'user/slow',
    ]);
    for await (const items of subjects.due(new Date('2027-01-01T00:00:00Z')))
      expect(items.every((item) => item.kind === 'evaluate')).toBe(true);
  });

  it('that was kept by another look meanwhile stays, and makes a change that comes with one conflict', async () => {
    const subjects = store();
    await subjects.provision('user/race', firstState('', ''));
    const first = sampled(undefined, 0, '0');
    const mine = { pace: sampled(first, 1, '1'), before: first };
    await subjects.keepPace('user/race', { pace: first, before: undefined });
    await subjects.keepPace('user/race', { pace: sampled(first, 2, '9'), before: first });
    await subjects.keepPace('user/race', mine);

    expect((await subjects.load('user/race', [month])).pace?.spent).toBe(String(parseUsd('9')));
    const state = { ...firstState('', ''), version: 2 };
    await expect(
      subjects.commit({ subject: 'user/race', expectedVersion: 1, state, pace: mine }),
    ).rejects.toThrow(VersionConflictError);
    expect((await subjects.state('user/race'))?.version).toBe(1);
  });

  it('costs three write units a minute: one of the table, two of the index', async () => {
    const client = document();
    const put = pacePut(tables.budgets, 'user/cost', { pace: fullPace, before: undefined });
    await client.send(new PutCommand({ ...put }));
    const again = pacePut(tables.budgets, 'user/cost', {
      pace: sampled(fullPace, 41, '9000'),
      before: fullPace,
    });
    const { ConsumedCapacity } = await client.send(
      new PutCommand({ ...again, ReturnConsumedCapacity: 'INDEXES' }),
    );
    expect(ConsumedCapacity?.CapacityUnits).toBe(3);
  });
});

describe('a posting', () => {
  it('tells what is being spent now from what comes late, and the day of each call', async () => {
    const windows = { principal: ['day:2026-11-22', month], team: [], account: [month] };
    const at = (timestamp: string, cost: bigint) =>
      entry({ principal: 'user/live', timestamp, windows, charge: priced(cost) });
    await ledger().post([
      at('2026-11-22T11:59:00Z', 5n),
      at('2026-11-22T11:30:00Z', 70n),
      at('2026-11-03T10:00:00Z', 900n),
    ]);
    await ledger().post([
      entry({ principal: 'user/live', windows, charge: { ...priced(2_000n), quality: 'ceiling' } }),
    ]);

    const { balances } = await store().load('user/live', ['day:2026-11-22', month]);
    expect(balances[month]).toMatchObject({
      ...{ spent: 975n, ceiling: 2_000n, requests: 4 },
      live: { spent: 2_005n, requests: 2 },
      days: { '1103': 900n, '1122': 2_075n },
    });
    expect(balances['day:2026-11-22']?.days).toBeUndefined();
    const account = (await store().load('account', [month])).balances[month];
    expect(account).toMatchObject({ live: { spent: 5n, requests: 2 }, days: { '1103': 900n, '1122': 75n } });
  });
});

describe('the newest call', () => {
  const windows = { principal: ['day:2026-11-22', month], role: [month], team: [month], account: [month] };
  const at = (minute: string) =>
    entry({
      ...{ principal: 'role/Newest/ann', role: 'role/Newest', team: 'team/newest', windows },
      timestamp: `2026-11-22T11:${minute}:00Z`,
    });
  const newest = async (subject: string, slots?: number) =>
    (await store().load(subject, [month], slots)).balances[month]?.newestCall;

  it('stands in the balances of whoever is held itself, as the latest posting had it', async () => {
    await ledger().post([at('05'), at('40'), at('20')]);
    expect(await newest('role/Newest/ann')).toBe('2026-11-22T11:40:00.000Z');
    expect(await newest('role/Newest', 8)).toBe('2026-11-22T11:40:00.000Z');
    expect([await newest('team/newest', 8), await newest('account')]).toEqual([undefined, undefined]);
    // A late record takes its place: evaluate sees each value in the stream.
    await ledger().post([at('10')]);
    expect(await newest('role/Newest/ann')).toBe('2026-11-22T11:10:00.000Z');
  });
});

it('a balance stays within one write unit, with all that a month of calls can put into it', async () => {
  const windows = { principal: [month], team: [], account: [] };
  const name = `user/${'n'.repeat(64)}`;
  const days = Array.from(
    { length: 30 },
    (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}T09:00:00Z`,
  );
  await ledger().post(
    // An hour is unproven until S3 had its time: this one, and for half of it the last one.
    days.map((timestamp, day) =>
      entry({
        ...{ principal: name, timestamp, windows, charge: priced(parseUsd('99999.123456789')) },
        evidence: day < 28 ? 'proof' : 'claim',
      }),
    ),
  );
  const Key = { pk: name, sk: `BAL#${month}#0` };
  const { Item = {} } = await document().send(new GetCommand({ TableName: tables.budgets, Key }));
  expect(Object.keys(Item)).toEqual(expect.arrayContaining(['newestCall', 'd1101', 'd1130']));
  // Written out, numbers are longer than DynamoDB counts them.
  const text = JSON.stringify(Item, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  expect(text.length).toBeLessThan(1_024);
});

describe('a single call that is more expensive than configured', () => {
  it('raises one alert by its request, however often it is asked for', async () => {
    const subjects = store();
    const settings = settingsSchema.parse({ mode: 'enforce', singleRequestUsd: '1' });
    const expensive = entry({ principal: 'user/expensive', charge: priced(parseUsd('1')) });
    const cheap = entry({ principal: 'user/expensive', charge: priced(parseUsd('0.999999999')) });
    const alerts = expensiveCalls([expensive, cheap], settings, now);
    expect(alerts).toHaveLength(1);
    const deps = { subjects, workflows: {} as never, enforcer: {} as never };
    for (const _ of [1, 2]) {
      for (const alert of alerts) await subjects.raiseLater(alert);
      for await (const items of subjects.due(now))
        for (const item of items) if (item.kind === 'outbox') await performOutbox(item, deps);
    }

    const key = { pk: 'user/expensive', sk: `${month}#single-request#${expensive.requestId}` };
    const { Item = {} } = await document().send(new GetCommand({ TableName: tables.alerts, Key: key }));
    expect(alertOf(Item)).toMatchObject({
      notice: 'single-request',
      spent: parseUsd('1'),
      limit: parseUsd('1'),
    });
    expect(expensiveCalls([expensive], settingsSchema.parse({ mode: 'enforce' }), now)).toEqual([]);
  });
});
