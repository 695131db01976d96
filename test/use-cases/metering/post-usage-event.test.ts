import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { DynamoDbUsageLedger } from '../../../lambda/adapters/dynamodb/usage-ledger.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { createUsageEvents } from '../../../lambda/handlers/usage-events.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

const month = 'month:2026-11';
let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

/** One worker: answers what became of a delivery, which Lambda repeats until it succeeds. */
function worker(client: DynamoDBClient, team: string, members: readonly string[], account = '111122223333') {
  const settings = settingsSchema.parse({
    mode: 'enforce',
    defaultBudget: { dayUsd: '5', monthUsd: '50' },
    teams: { [team]: { members, monthUsd: '100' } },
    usageSources: {
      trusted: {
        payers: ['user/*'],
        meters: { free: { unitUsd: '0.0000000007', freePerMonth: 10 }, paid: { unitUsd: '0.002' } },
        trusted: true,
      },
      shared: {
        payers: ['user/*'],
        meters: { free: { unitUsd: '0.0000000007', freePerMonth: 10 } },
        freeTierOf: 'account',
        trusted: true,
      },
      untrusted: { payers: ['user/*'], meters: { paid: { unitUsd: '0.002' } }, trusted: false },
    },
  });
  const document = documentClient(client);
  const clock = () => new Date('2026-11-22T12:00:00Z');
  const sleep = async () => {};
  const handle = createUsageEvents({
    usageLedger: new DynamoDbUsageLedger(document, tables, settings, sleep),
    ledger: new DynamoDbLedger(document, tables, settings, sleep),
    subjects: new DynamoDbSubjects(document, tables, clock, sleep),
    settings,
    clock,
  });
  return async (source: string, detail: object) => {
    const body = JSON.stringify({ id: randomUUID(), source, account, detail });
    const delivery = randomUUID();
    const outcome = await untilDone(() => handle(body, delivery));
    return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
  };
}

async function sumOf(subjects: readonly string[], window: string, attribute: string): Promise<bigint> {
  const { Items = [] } = await tables.client().send(new ScanCommand({ TableName: tables.budgets }));
  return Items.filter(
    ({ pk, sk }) => subjects.includes(pk?.S ?? '') && sk?.S?.startsWith(`BAL#${window}#`),
  ).reduce((sum, item) => sum + BigInt(item[attribute]?.N ?? 0), 0n);
}

const event = (change: object = {}) => ({
  id: randomUUID(),
  subject: 'user/alice',
  meter: 'paid',
  quantity: 1,
  at: '2026-11-22T11:00:00Z',
  ...change,
});

it('posts each event exactly once beyond the free tier, whatever is delivered twice, out of order or breaks', async () => {
  let round = 0;
  const calls = fc.array(
    fc.record({ user: fc.nat(1), micros: fc.integer({ min: 1, max: 20_000_000 }), yesterday: fc.boolean() }),
    { minLength: 1, maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(calls, fc.boolean(), fc.infiniteStream(fc.nat()), async (drawn, shared, randomness) => {
      round++;
      const random = () => randomness.next().value as number;
      const users = [0, 1].map((user) => `user/usage${round}-${user}`);
      const team = `team/usage${round}`;
      const events = drawn.map(({ user, micros, yesterday }) =>
        event({
          subject: users[user],
          meter: 'free',
          quantity: micros / 1e6,
          at: `2026-11-2${yesterday ? 1 : 2}T11:00:00Z`,
        }),
      );
      const outcomes = await Promise.all(
        [0, 1, 2].map(async () => {
          const account = `2222${String(round).padStart(8, '0')}`;
          const meter = worker(unreliable(tables.client(), random), team, users.slice(0, 1), account);
          const mine = [...events].sort(() => (random() % 2) - 0.5);
          const said: string[] = [];
          for (const each of mine) said.push(await meter(shared ? 'shared' : 'trusted', each));
          return said;
        }),
      );

      const counted = Object.groupBy(outcomes.flat(), (outcome) => outcome);
      expect(counted['posted']).toHaveLength(events.length);
      expect(outcomes.flat()).toHaveLength((counted['duplicate']?.length ?? 0) + events.length);
      // 0.7 nano-USD a unit beyond ten units a month, rounded once, half to even.
      const costOf = (mine: typeof drawn) => {
        const total = mine.reduce((sum, { micros }) => sum + BigInt(micros), 0n);
        return rounded((total > 10_000_000n ? total - 10_000_000n : 0n) * 7n, 10_000_000n);
      };
      const expected = users.map((_, user) => costOf(drawn.filter((call) => call.user === user)));
      const all = shared ? costOf(drawn) : expected.reduce((sum, cost) => sum + cost, 0n);
      const days = await Promise.all(
        ['day:2026-11-21', 'day:2026-11-22'].map((day) => sumOf(users, day, 'spent')),
      );
      expect(await sumOf(users, month, 'spent')).toBe(all);
      expect(days.reduce((sum, day) => sum + day, 0n)).toBe(all);
      // Of the account's free units whoever comes first has them; of its own, each payer.
      const pool = await sumOf([team], month, 'spent');
      expect(pool).toBe(shared ? await sumOf(users.slice(0, 1), month, 'spent') : expected[0]);
      expect(await sumOf(users, month, 'requests')).toBe(BigInt(events.length));
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);

it('refuses an id that stands for something else, also at another time, and posts nothing for it', async () => {
  const meter = worker(tables.client(), 'team/reuse', []);
  const first = event({ subject: 'user/reuse' });

  expect(await meter('trusted', first)).toBe('posted');
  expect(await meter('trusted', first)).toBe('duplicate');
  expect(await meter('trusted', { ...first, quantity: 2 })).toBe('reused-id');
  expect(await meter('trusted', { ...first, at: '2026-11-20T11:00:00Z' })).toBe('reused-id');
  // Ids are a source's own.
  expect(await meter('untrusted', first)).toBe('posted');
  expect(await sumOf(['user/reuse'], month, 'spent')).toBe(parseUsd('0.002'));
});

it('keeps what an untrusted source reports beside what counts', async () => {
  const meter = worker(tables.client(), 'team/beside', ['user/beside']);

  expect(await meter('untrusted', event({ subject: 'user/beside', quantity: 1000 }))).toBe('posted');
  for (const subject of ['user/beside', 'team/beside']) {
    expect([subject, await sumOf([subject], month, 'spent')]).toEqual([subject, 0n]);
    expect([subject, await sumOf([subject], month, 'untrusted')]).toEqual([subject, parseUsd('2')]);
  }
  expect(await sumOf(['user/beside'], month, 'requests')).toBe(0n);
});

it('puts a refused event aside by pointer, never by what is in it', async () => {
  const meter = worker(tables.client(), 'team/refused', []);

  expect(await meter('trusted', event({ note: 'a secret' }))).toBe('malformed');
  const { Items = [] } = await tables.client().send(new ScanCommand({ TableName: tables.ledger }));
  const aside = Items.filter(({ reason }) => reason?.S === 'The event is not of the documented form.');
  expect(aside).toEqual([expect.objectContaining({ source: { S: expect.stringMatching(/^event:\/\//) } })]);
  expect(JSON.stringify(Items)).not.toContain('a secret');
});

function rounded(numerator: bigint, divisor: bigint): bigint {
  const [whole, rest] = [numerator / divisor, numerator % divisor];
  const up = rest * 2n > divisor || (rest * 2n === divisor && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}
