import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { ceilingEntries } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { countedSpend, noBalance } from '../../../lambda/domain/control/crossings.ts';
import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import { heldBySlot } from '../../../lambda/domain/pricing/repricing.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import { repriceLedger } from '../../../lambda/use-cases/prices/reprice-ledger.ts';
import { ceiling, entry, priced } from '../../support/entries.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const sleep = async () => {};
const retention = { ledgerDays: 400 };
const month = 'month:2026-11';
const known = { profiles: {} };
const ledgerOf = (client = tables.client()) =>
  new DynamoDbLedger(documentClient(client), tables, retention, sleep);
const ceilingsOf = (client = tables.client()) =>
  ceilingEntries(
    documentClient(client),
    { table: tables.ledger, from: '2026-11-01', to: '2026-12-01', unitsPerSecond: 1000 },
    sleep,
  );
const run = (client = tables.client(), dryRun = false, model?: string) =>
  repriceLedger(
    {
      ledger: ledgerOf(client),
      ceilings: ceilingsOf(client),
      settings: known,
      unitsPerSecond: 1000,
      sleep,
    },
    { dryRun, model },
  );

/** The balance of a subject in the month, over all slots; its days add up to the same. */
async function balanceOf(subject: string) {
  const subjects = new DynamoDbSubjects(documentClient(tables.client()), tables, () => new Date(), sleep);
  const {
    days = {},
    unproven: _unproven,
    ...balance
  } = (await subjects.load(subject, [month])).balances[month] ?? noBalance;
  const ofDays = Object.values(days).reduce((sum, amount) => sum + amount, 0n);
  // Nobody was told: what is held counts neither in the days nor in the balance.
  const grace = { told: {}, hours: 4, now: new Date() };
  expect(ofDays).toBe(countedSpend(balance, subjectOf(subject).scope, undefined, grace));
  return balance;
}

async function ledgerItems(principals: readonly string[]) {
  const { Items = [] } = await tables.client().send(new ScanCommand({ TableName: tables.ledger }));
  return Items.filter((item) => principals.includes(item['principal']?.S ?? ''));
}

/** Entries of users of their own, so that tests do not meet. */
const stamped = (principal: string, team: string | undefined, overrides: Partial<LedgerEntry>) =>
  entry({
    principal,
    team,
    windows: {
      principal: [month, 'day:2026-11-22'],
      team: team === undefined ? [] : [month],
      account: [month],
    },
    ...overrides,
  });

it('keeps balances equal to the ledger, whatever posts and repricings do at once and wherever they break', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          user: fc.nat(2),
          // What copies of this request tell, in the order of their delivery to the first worker.
          copies: fc.array(fc.constantFrom('unknown', 'uncounted', 'assumed', 'priced', 'free'), {
            minLength: 1,
            maxLength: 4,
          }),
          ceiling: fc.bigInt(0n, 10_000_000_000n),
          model: fc.constantFrom('nobody.new-v1:0', 'nobody.newer-v1:0', 'nobody.knows-v1:0'),
          price: fc.bigInt(0n, 10_000_000n),
        }),
        { minLength: 1, maxLength: 40 },
      ),
      fc.infiniteStream(fc.nat()),
      async (calls, randomness) => {
        round++;
        const random = () => randomness.next().value as number;
        const users = [0, 1, 2].map((user) => `user/reprice${round}-${user}`);
        const team = `team/reprice${round}`;
        const before = await balanceOf('account');
        const copies = calls.flatMap((call) => {
          const requestId = randomUUID();
          const principal = users[call.user] as string;
          const charge = {
            unknown: { ...ceiling(call.ceiling, call.ceiling / 3n), model: call.model },
            uncounted: ceiling(call.ceiling * 2n),
            assumed: { ...priced(call.price * 2n), quality: 'assumed' as const },
            priced: priced(call.price),
            free: { ...priced(0n), quality: 'free' as const },
          };
          return call.copies.map((kind) =>
            stamped(principal, call.user < 2 ? team : undefined, {
              requestId,
              // One that today's book does not know stays unknown to a repricing; half of them it knows.
              modelId: call.price % 2n === 0n ? 'amazon.nova-lite-v1:0' : 'nobody.knows-v1:0',
              charge: charge[kind],
              ...(kind === 'uncounted' ? { usage: undefined } : {}),
            }),
          );
        });
        const post = async (worker: number) => {
          const ledger = ledgerOf(unreliable(tables.client(), random));
          const mine = [...copies].sort(() => (worker === 0 ? 0 : (random() % 2) - 0.5));
          for (const principal of users) {
            const own = mine.filter((copy) => copy.principal === principal);
            for (let start = 0; start < own.length; ) {
              const delivery = randomUUID();
              const size = 1 + (random() % 30);
              const batch = own.slice(start, start + size).map((copy) => ({ ...copy, delivery }));
              start += size;
              await untilDone(async () => {
                const existing = worker === 1 ? await ledger.existing(batch) : new Map();
                const fresh = batch.filter(({ key }) => !existing.has(`${key.pk} ${key.sk}`));
                const { posted, duplicates } = await ledger.post(fresh);
                expect(posted.length + duplicates.length).toBe(fresh.length);
              });
            }
          }
        };
        const reprice = () => untilDone(() => run(unreliable(tables.client(), random)));

        await Promise.all([post(0), post(1), post(2), reprice(), reprice()]);
        await run();

        const items = await ledgerItems(users);
        expect(items).toHaveLength(calls.length);
        const sum = (wanted: readonly string[], atCeiling: boolean) =>
          items
            .filter((item) => wanted.includes(item['principal']?.S ?? ''))
            .filter((item) => (item['quality']?.S === 'ceiling') === atCeiling)
            .reduce((total, item) => total + BigInt(item['cost']?.N ?? 0), 0n);
        for (const user of users) {
          const { held = {}, ...balance } = await balanceOf(user);
          expect(balance).toMatchObject({ spent: sum([user], false), ceiling: sum([user], true) });
          const heldSlots = heldBySlot(
            items
              .filter((item) => item['principal']?.S === user && item['floor'] !== undefined)
              .map((item) => [
                item['model']?.S ?? '',
                BigInt(item['cost']?.N ?? 0) - BigInt(item['floor']?.N ?? 0),
              ]),
          );
          expect(new Map(Object.entries(held).filter(([, amount]) => amount !== 0n))).toEqual(heldSlots);
        }
        const members = users.slice(0, 2);
        const pool = await balanceOf(team);
        expect(pool.held).toBeUndefined();
        expect(pool).toMatchObject({
          spent: sum(members, false),
          ceiling: sum(members, true),
          requests: items.filter((item) => members.includes(item['principal']?.S ?? '')).length,
        });
        expect(await balanceOf('account')).toMatchObject({
          spent: (before?.spent ?? 0n) + sum(users, false),
          ceiling: (before?.ceiling ?? 0n) + sum(users, true),
          requests: (before?.requests ?? 0) + calls.length,
        });
        // Whoever was told a price keeps no ceiling.
        const told = calls.filter(({ copies: kinds }) => kinds.some((kind) => !/^un/.test(kind))).length;
        const atCeiling = items.filter((item) => item['quality']?.S === 'ceiling').length;
        expect(atCeiling).toBeLessThanOrEqual(calls.length - told);
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 180_000);

describe('A duplicate', () => {
  it('that knows the price gives it to the posted entry, and still counts as a duplicate', async () => {
    const first = stamped('user/better', undefined, { charge: ceiling(500n) });
    const copy = { ...first, delivery: 'delivery-2', charge: priced(84n) };
    const ledger = ledgerOf();
    await ledger.post([first]);

    expect(await ledger.existing([copy])).toEqual(new Map());
    expect(await ledger.post([copy])).toEqual({ posted: [], duplicates: [copy] });
    expect(await balanceOf('user/better')).toMatchObject({ spent: 84n, ceiling: 0n, requests: 1 });
    const [item] = await ledgerItems(['user/better']);
    expect(item).toMatchObject({
      quality: { S: 'priced' },
      delivery: { S: 'delivery-1' },
      repricedFrom: { M: { cost: { N: '500' }, quality: { S: 'ceiling' } } },
    });
    expect(item).not.toHaveProperty('reason');
  });

  it('that knows less, or only something else, changes nothing', async () => {
    const first = stamped('user/worse', undefined, { charge: priced(84n) });
    const ledger = ledgerOf();
    await ledger.post([first]);
    for (const charge of [ceiling(500n), priced(100n), { ...priced(7n), quality: 'assumed' as const }]) {
      const copy = { ...first, delivery: 'delivery-2', charge };
      expect((await ledger.existing([copy])).size).toBe(1);
      expect((await ledger.post([copy])).duplicates).toHaveLength(1);
    }

    expect(await balanceOf('user/worse')).toMatchObject({ spent: 84n, ceiling: 0n, requests: 1 });
  });

  it('beside a better copy in one delivery lets that one be posted', async () => {
    const poor = stamped('user/two', undefined, { charge: ceiling(500n) });
    const rich = { ...poor, charge: priced(84n) };

    expect(await ledgerOf().post([poor, rich, poor])).toMatchObject({
      posted: [rich],
      duplicates: [poor, poor],
    });
    expect(await balanceOf('user/two')).toMatchObject({ spent: 84n, ceiling: 0n, requests: 1 });
  });

  it('posts to the stamps of the first, whatever team and windows the second would have had', async () => {
    const first = stamped('user/moved', 'team/old', { charge: ceiling(500n) });
    const copy = { ...first, delivery: 'delivery-2', team: 'team/new', charge: priced(84n) };
    const ledger = ledgerOf();
    await ledger.post([first]);
    await ledger.post([copy]);

    expect(await balanceOf('team/old')).toEqual({ spent: 84n, ceiling: 0n, requests: 1 });
    expect(await balanceOf('team/new')).toEqual({ spent: 0n, ceiling: 0n, requests: 0 });
  });
});

describe('Repricing the ledger', () => {
  it('says who pays what now, leaves what is still unknown, and has nothing to do the second time', async () => {
    const ledger = ledgerOf();
    await ledger.post([
      stamped('user/repriced', undefined, { charge: ceiling(9_000_000n) }),
      stamped('user/repriced', undefined, { charge: ceiling(9_000_000n) }),
      stamped('user/repriced', undefined, {
        modelId: 'nobody.knows-v9:0',
        charge: { ...ceiling(4_000n), model: 'nobody.knows-v9:0' },
      }),
    ]);
    // Nova Lite in us-east-1: 1000 tokens of input at 60 nano-USD, 100 of output at 240.
    const expected = [{ principal: 'user/repriced', entries: 2, ceiling: 18_000_000n, price: 168_000n }];
    const mine = ({ principals }: Awaited<ReturnType<typeof run>>) =>
      principals.filter(({ principal }) => principal === 'user/repriced');

    expect(mine(await run(tables.client(), false, 'another-model'))).toEqual([]);
    expect(mine(await run(tables.client(), true))).toEqual(expected);
    expect(await balanceOf('user/repriced')).toMatchObject({ spent: 0n, ceiling: 18_004_000n });

    const outcome = await run(tables.client(), false, 'nova-lite');
    expect(mine(outcome)).toEqual(expected);
    expect(await balanceOf('user/repriced')).toMatchObject({ spent: 168_000n, ceiling: 4_000n, requests: 3 });

    const again = await run();
    expect(mine(again)).toEqual([]);
    expect(again.unknown).toContainEqual({
      model: 'nobody.knows-v9:0',
      reason: 'the price book does not have the model',
      entries: 1,
    });
  });

  it('prices a profile by what stood behind it when it was called', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl';
    await ledgerOf().post([
      stamped('user/profiled', undefined, {
        modelId,
        charge: ceiling(900n),
        behind: 'amazon.nova-lite-v1:0',
      }),
    ]);
    await run();

    expect(await balanceOf('user/profiled')).toMatchObject({ spent: 84_000n, ceiling: 0n });
  });
});

it('names the models behind a ceiling at the balance of their principal alone', async () => {
  const call = { charge: { ...ceiling(5n), model: 'nobody.new-v1:0' } };
  await ledgerOf().post([
    stamped('user/named', 'team/named', call),
    stamped('user/named', 'team/named', call),
  ]);

  expect(await balanceOf('user/named')).toMatchObject({
    spent: 0n,
    ceiling: 10n,
    requests: 2,
    unpriced: ['nobody.new-v1:0'],
  });
  expect(await balanceOf('team/named')).toEqual({ spent: 0n, ceiling: 10n, requests: 2 });
});
