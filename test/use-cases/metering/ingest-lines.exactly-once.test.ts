import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { IngestCounts } from '../../../lambda/domain/metering/ingest-counts.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

function ingester(client: DynamoDBClient, team: string, members: string[], role: string) {
  const settings = settingsSchema.parse({
    mode: 'enforce',
    defaultBudget: { dayUsd: '5', monthUsd: '50' },
    teams: { [team]: { members, monthUsd: '100' } },
    sharedRoles: [role.slice('role/'.length)],
  });
  const document = documentClient(client);
  const clock = () => new Date('2026-11-22T12:00:00Z');
  const sleep = async () => {};
  const deps = {
    ledger: new DynamoDbLedger(document, tables, settings, sleep),
    subjects: new DynamoDbSubjects(document, tables, clock, sleep),
    settings,
    clock,
  };
  return async (lines: string[], seenBefore: boolean): Promise<IngestCounts> => {
    const id = randomUUID();
    const sources = lines.map((text) => ({ text, source: 'test' }));
    return untilDone(async () => (await ingestLines(sources, deps, { id, seenBefore })).counts);
  };
}

async function sumsOf(client: DynamoDBClient, users: readonly string[], team: string, role: string) {
  const all = async (TableName: string) => (await client.send(new ScanCommand({ TableName }))).Items ?? [];
  const ledger = (await all(tables.ledger)).filter((item) => users.includes(item['principal']?.S ?? ''));
  const budgets = (await all(tables.budgets)).filter((item) => item['sk']?.S?.startsWith('BAL#'));
  const sum = (subjects: readonly string[], window: string) =>
    budgets
      .filter((item) => subjects.includes(item['pk']?.S ?? '') && item['sk']?.S?.startsWith(`BAL#${window}#`))
      .reduce((total, item) => total + BigInt(item['spent']?.N ?? 0), 0n);
  return {
    ledger: ledger.reduce((total, item) => total + BigInt(item['cost']?.N ?? 0), 0n),
    requests: new Set(ledger.map((item) => item['requestId']?.S)).size,
    items: ledger.length,
    principals: sum(users, 'month:2026-11'),
    days: sum(users, 'day:2026-11-22') + sum(users, 'day:2026-11-23'),
    role: sum([role], 'month:2026-11'),
    team: sum([team], 'month:2026-11'),
  };
}

it('posts each request exactly once, whatever is delivered twice, out of order, at once, or breaks half-way', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ user: fc.nat(2), input: fc.nat(2_000_000), evening: fc.boolean() }), {
        minLength: 1,
        maxLength: 120,
      }),
      fc.infiniteStream(fc.nat()),
      async (calls, randomness) => {
        round++;
        const random = () => randomness.next().value as number;
        // One user, and two sessions of a shared role, which count against the role as well.
        const role = `role/round${round}`;
        const users = [`user/round${round}`, `${role}/1`, `${role}/2`];
        const arns = [
          `arn:aws:iam::111122223333:user/round${round}`,
          ...[1, 2].map((session) => `arn:aws:sts::111122223333:assumed-role/round${round}/${session}`),
        ];
        const team = `team/round${round}`;
        const lines = calls.map(({ user, input, evening }) =>
          JSON.stringify(
            record({
              identityArn: String(arns[user]),
              input,
              at: evening ? '2026-11-23T00:00:00Z' : '2026-11-22T12:00:00Z',
            }),
          ),
        );
        const workers = [0, 1, 2].map(() =>
          ingester(unreliable(tables.client(), random), team, users.slice(0, 2), role),
        );
        const counted = { posted: 0, duplicates: 0, delivered: 0 };
        await Promise.all(
          workers.map(async (ingest, worker) => {
            const mine = [...lines, ...lines.slice(0, random() % 5)].sort(() => (random() % 2) - 0.5);
            for (let start = 0; start < mine.length; ) {
              const size = 1 + (random() % 100);
              const batch = mine.slice(start, start + size);
              const { posted, duplicates } = await ingest(batch, worker === 2);
              counted.posted += posted;
              counted.duplicates += duplicates;
              counted.delivered += batch.length;
              start += size;
            }
          }),
        );
        // Every delivered line is counted once, and every request is counted as posted once, however often it was tried.
        expect(counted.posted).toBe(calls.length);
        expect(counted.posted + counted.duplicates).toBe(counted.delivered);
        const sums = await sumsOf(tables.client(), users, team, role);
        // Nova Lite in us-east-1: 60 nano-USD an input token, 240 an output token.
        const of = (some: typeof calls) =>
          some.reduce((total, { input }) => total + BigInt(input) * 60n + 100n * 240n, 0n);
        expect(sums).toEqual({
          ledger: of(calls),
          requests: calls.length,
          items: calls.length,
          principals: of(calls),
          days: of(calls),
          role: of(calls.filter(({ user }) => user > 0)),
          team: of(calls.filter(({ user }) => user < 2)),
        });
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);
