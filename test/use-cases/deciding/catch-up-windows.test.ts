import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { DynamoDbCatchUpJobs } from '../../../lambda/adapters/dynamodb/catch-up-jobs.ts';
import { documentClient, wrapNumbers } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { ledgerEntryOf } from '../../../lambda/adapters/dynamodb/ledger-items.ts';
import { ceilingEntries } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import { DynamoDbPostedItems } from '../../../lambda/adapters/dynamodb/posted-items.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { DynamoDbUsageLedger } from '../../../lambda/adapters/dynamodb/usage-ledger.ts';
import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { settledAfterMs } from '../../../lambda/domain/control/catch-up.ts';
import { slotsOf } from '../../../lambda/domain/control/subject.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import { setBudget } from '../../../lambda/use-cases/budgets/set-budget.ts';
import { catchUpWindows } from '../../../lambda/use-cases/deciding/catch-up-windows.ts';
import { evaluateSubject } from '../../../lambda/use-cases/deciding/evaluate-subject.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { postUsageEvent } from '../../../lambda/use-cases/metering/post-usage-event.ts';
import { repriceLedger } from '../../../lambda/use-cases/prices/reprice-ledger.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

const account = '111122223333';
const changedAt = new Date('2026-11-22T12:00:00Z');
const settledAt = new Date(changedAt.getTime() + settledAfterMs);
const sleep = async () => {};

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

/** Everything over one client, with the clock and the settings that this part of the system goes by. */
function system(input: Partial<SettingsInput>, now = changedAt, client: DynamoDBClient = tables.client()) {
  const settings = settingsSchema.parse({ mode: 'enforce', ...input });
  const document = documentClient(client);
  const clock = () => now;
  const subjects = new DynamoDbSubjects(document, tables, clock, sleep);
  const ledger = new DynamoDbLedger(document, tables, settings, sleep, clock);
  const jobs = new DynamoDbCatchUpJobs(document, tables.budgets);
  const nothing = async () => {
    throw new Error('Nothing is to be enforced here.');
  };
  return {
    subjects,
    ledger,
    jobs,
    ingest: (lines: readonly string[], id: string = randomUUID()) =>
      untilDone(() =>
        ingestLines(
          lines.map((text) => ({ text, source: 'test' })),
          { ledger, subjects, settings, clock },
          { id, seenBefore: false },
        ),
      ),
    set: (subject: string, spec: BudgetSpec | null) =>
      setBudget(subject, spec, { actor: 'user/ops', reason: 'test' }, { subjects, settings, clock }),
    evaluate: (subject: string) =>
      evaluateSubject(subject, {
        ...{ subjects, settings, clock },
        workflows: { start: nothing, status: nothing },
        enforcer: { ask: nothing },
      }),
    catchUp: (remainingMs = () => 60_000, holder: string = randomUUID()) =>
      untilDone(() =>
        catchUpWindows({
          ...{ jobs, subjects, settings, account, clock, sleep, remainingMs, holder },
          posted: new DynamoDbPostedItems(document, tables, sleep),
        }),
      ),
    reprice: () =>
      untilDone(() =>
        repriceLedger(
          {
            ledger,
            ceilings: ceilingEntries(
              document,
              { table: tables.ledger, from: '2026-11-01', to: '2026-12-01', unitsPerSecond: 1000 },
              sleep,
            ),
            // What the profile stands for became known.
            settings: { ...settings, profiles: { [profile]: 'amazon.nova-lite-v1:0' } },
            unitsPerSecond: 1000,
            sleep,
          },
          { dryRun: false },
        ),
      ),
    report: (detail: object) =>
      postUsageEvent({ id: randomUUID(), source: 'acme.agents', account, detail }, randomUUID(), {
        ...{ settings, clock, subjects, ledger },
        usageLedger: new DynamoDbUsageLedger(document, tables, settings, sleep),
      }),
  };
}

const profile = `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/abc`;

const scan = async (TableName: string) =>
  ((await tables.client().send(new ScanCommand({ TableName }))).Items ?? []).map((item) =>
    unmarshall(item, { wrapNumbers }),
  );

const figures = ['spent', 'ceiling', 'untrusted', 'requests'] as const;
type Sums = Record<string, Partial<Record<(typeof figures)[number], bigint>>>;

function add(sums: Sums, name: string, figure: (typeof figures)[number], amount: unknown): void {
  const sum = sums[name] ?? {};
  sums[name] = sum;
  sum[figure] = (sum[figure] ?? 0n) + BigInt((amount as number | bigint | undefined) ?? 0);
}

const isNotZero = (sums: Sums) =>
  Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [
      name,
      Object.fromEntries(Object.entries(sum).filter(([, amount]) => amount !== 0n)),
    ]),
  );

/** Balances as they are, and as the stamps of the ledger's items add up to. */
async function bothSums(): Promise<{ balances: Sums; ledger: Sums; items: Record<string, unknown>[] }> {
  const balances: Sums = {};
  for (const item of await scan(tables.budgets)) {
    const [kind, window] = String(item['sk']).split('#');
    if (kind !== 'BAL') continue;
    for (const figure of figures) add(balances, `${item['pk']} ${window}`, figure, item[figure]);
  }
  const ledger: Sums = {};
  const items = (await scan(tables.ledger)).filter((item) => item['windows'] !== undefined);
  for (const item of items) {
    const untrusted = item['trusted'] === false;
    const figure = untrusted ? 'untrusted' : item['quality'] === 'ceiling' ? 'ceiling' : 'spent';
    const whose = {
      principal: item['principal'],
      role: item['role'],
      team: item['team'],
      account: 'account',
    };
    for (const [scope, windows] of Object.entries(item['windows'] as Record<string, string[]>)) {
      expect(new Set(windows).size).toBe(windows.length);
      for (const window of windows) {
        const name = `${whose[scope as keyof typeof whose]} ${window}`;
        add(ledger, name, figure, item['cost']);
        if (!untrusted) add(ledger, name, 'requests', 1);
      }
    }
  }
  return { balances: isNotZero(balances), ledger: isNotZero(ledger), items };
}

const line = (options: Parameters<typeof record>[0]) => JSON.stringify(record(options));
/** Nova Lite in us-east-1: 60 nano-USD an input token, 240 an output token, of which there are 100. */
const costOf = (input: number) => BigInt(input) * 60n + 24_000n;

const calls = fc.array(
  fc.record({
    input: fc.nat(200_000),
    at: fc
      .date({
        min: new Date('2026-11-01T00:00:00Z'),
        max: new Date('2026-11-22T11:59:59Z'),
        noInvalidDate: true,
      })
      .map((at) => `${at.toISOString().slice(0, 19)}Z`),
    model: fc.constantFrom('amazon.nova-lite-v1:0', 'anthropic.claude-haiku-4-5-20251001-v1:0', profile),
  }),
  { minLength: 5, maxLength: 60 },
);

const tight: BudgetSpec = {
  monthUsd: '500',
  weekUsd: '400',
  dayUsd: '300',
  models: { 'anthropic.*': { monthUsd: '200' } },
};

it('counts each call once in windows that are new to the budget, whatever is posted, repriced, repeated and broken meanwhile', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(calls, fc.infiniteStream(fc.nat()), async (history, randomness) => {
      round++;
      const user = `round${round}`;
      const random = () => randomness.next().value as number;
      // Catching up asks a hundred times what posting asks once: it would never end at the same odds.
      const flaky = () => unreliable(tables.client(), () => (random() % 4 === 0 ? random() : 3));
      const lines = history.map(({ input, at, model }) => line({ user, input, at, modelId: model }));
      const known = lines.slice(0, lines.length / 2);
      await system({}).ingest(known);

      const operator = system({});
      await operator.set(`user/${user}`, tight);
      await operator.evaluate(`user/${user}`);
      // One that had read the old definition, one that has the new one, both with copies of everything; two that catch up.
      const old = system({ budgets: {} }, changedAt, flaky());
      old.subjects.definitions = async (subjects) => new Map(subjects.map((subject) => [subject, undefined]));
      const shuffled = () => [...lines].sort(() => (random() % 2) - 0.5);
      await Promise.all([
        old.ingest(shuffled()),
        system({}, changedAt, flaky()).ingest(shuffled()),
        system({}, changedAt, flaky()).catchUp(),
        system({}, changedAt, flaky()).catchUp(),
        system({}, changedAt, flaky()).reprice(),
      ]);
      await Promise.all([
        system({}, settledAt, flaky()).catchUp(),
        system({}, settledAt, flaky()).catchUp(),
        system({}, settledAt, flaky()).reprice(),
      ]);
      // Whoever crashed has left work behind, and perhaps its lease.
      await system({}, new Date(settledAt.getTime() + 5 * 60_000)).catchUp();

      const { balances, ledger, items } = await bothSums();
      expect(balances).toEqual(ledger);
      const own = items.filter((item) => item['principal'] === `user/${user}`);
      expect(own).toHaveLength(lines.length);
      const requests = (window: string) => balances[`user/${user} ${window}`]?.requests ?? 0n;
      const count = (is: (call: (typeof history)[number]) => boolean) => BigInt(history.filter(is).length);
      expect({
        day: requests('day:2026-11-22'),
        week: requests('week:2026-W47'),
        month: requests('month:2026-11'),
        models: requests('month:2026-11@anthropic.*'),
      }).toEqual({
        day: count(({ at }) => at >= '2026-11-22'),
        week: count(({ at }) => at >= '2026-11-16'),
        month: count(() => true),
        models: count(({ model }) => model.startsWith('anthropic.')),
      });
      const left = (await scan(tables.budgets)).filter(({ sk }) => String(sk).startsWith('CATCHUP#'));
      expect(left).toEqual([]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 120_000);

it('goes on where time ran out, and adds the same up', async () => {
  const days = Array.from(
    { length: 20 },
    (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}T10:00:00Z`,
  );
  await system({}).ingest(days.map((at) => line({ user: 'slow', input: 1_000, at })));
  await system({}).set('user/slow', { monthUsd: '10', models: { 'amazon.*': { monthUsd: '5' } } });
  await system({}).evaluate('user/slow');
  const window = 'month:2026-11@amazon.*';
  const counted = async () => (await system({}).subjects.load('user/slow', [window])).balances[window];

  let looks = 0;
  // Each run has time for three days.
  const runs = [];
  while (((await counted())?.requests ?? 0) < 20 && runs.length < 20) {
    looks = 0;
    runs.push((await system({}).catchUp(() => (++looks > 4 ? 0 : 60_000))).stamped);
  }
  expect(runs.length).toBeGreaterThan(5);
  expect(await counted()).toMatchObject({ spent: costOf(1_000) * 20n, requests: 20 });
  expect(Object.keys((await counted())?.days ?? {})).toHaveLength(20);
});

it("a team's new pool, its new member limits and a window of the account's count what all of them spent", async () => {
  const before = { teams: {} };
  const after = {
    teams: { 'team/ml': { members: ['user/ann', 'role/App'], weekUsd: '50' } },
    sharedRoles: ['App'],
    accountBudget: { monthUsd: '5000', dayUsd: '900' },
  };
  const arn = (session: string) => `arn:aws:sts::${account}:assumed-role/App/${session}`;
  const of = (options: Parameters<typeof record>[0]) => line({ input: 1_000, ...options });
  // Of the team by configuration before it had a budget, as a tag would have it.
  const named = {
    teams: { 'team/ml': { members: ['user/ann', 'role/App'], monthUsd: '1' } },
    sharedRoles: ['App'],
  };
  const noPool = system(named);
  const { provision } = noPool.subjects;
  noPool.subjects.provision = async (subject, state) =>
    subject.startsWith('team/') ? undefined : provision.call(noPool.subjects, subject, state);
  await system({ ...before, sharedRoles: ['App'] }).ingest([of({ user: 'zoe' })]);
  await noPool.ingest([
    of({ user: 'ann' }),
    of({ user: 'ann', at: '2026-11-16T00:00:00Z' }),
    of({ user: 'ann', at: '2026-11-15T23:59:59Z' }),
    of({ identityArn: arn('x') }),
  ]);
  const deployed = system(after);
  await deployed.ingest([of({ user: 'ann' }), of({ user: 'zoe' })]);
  for (const subject of ['team/ml', 'account']) await deployed.evaluate(subject);
  await deployed.catchUp();

  const load = async (subject: string, window: string) =>
    (await deployed.subjects.load(subject, [window], slotsOf('team'))).balances[window]?.requests;
  expect(await load('team/ml', 'week:2026-W47')).toBe(4);
  const { balances, ledger, items } = await bothSums();
  const today = items.filter(({ timestamp }) => String(timestamp).startsWith('2026-11-22'));
  expect(today.length).toBeGreaterThan(5);
  expect(await load('account', 'day:2026-11-22')).toBe(today.length);
  expect(balances).toEqual(ledger);
});

it('counts usage events too: the trusted as spend, the untrusted apart', async () => {
  const usageSources = (trusted: boolean) => ({
    'acme.agents': { trusted, payers: ['user/*'], meters: { talk: { unitUsd: '2' } } },
  });
  const talk = { subject: 'user/eve', meter: 'talk', quantity: 1, at: '2026-11-22T11:00:00Z' };
  await system({ usageSources: usageSources(true) }).report({ ...talk, id: 'a' });
  await system({ usageSources: usageSources(false) }).report({ ...talk, id: 'b' });
  const deployed = system({
    usageSources: usageSources(true),
    defaultBudget: { dayUsd: '9', monthUsd: '90' },
  });
  await deployed.evaluate('user/eve');
  await deployed.catchUp();

  const { balances, ledger } = await bothSums();
  expect(balances).toEqual(ledger);
  expect(balances['user/eve day:2026-11-22']).toEqual({
    spent: 2_000_000_000n,
    untrusted: 2_000_000_000n,
    requests: 1n,
  });
});

it('a window that was dropped and added again within a moment is caught up on', async () => {
  const operator = system({});
  await operator.ingest([line({ user: 'bob', input: 1_000 })]);
  await operator.set('user/bob', { monthUsd: '10', dayUsd: '5' });
  await operator.evaluate('user/bob');
  await operator.catchUp();
  await operator.set('user/bob', { monthUsd: '10' });
  await operator.ingest([line({ user: 'bob', input: 1_000 })]);
  // Nobody has looked in between.
  await operator.set('user/bob', { monthUsd: '10', dayUsd: '5' });
  await operator.evaluate('user/bob');
  await operator.catchUp();
  const day = 'day:2026-11-22';
  expect((await operator.subjects.load('user/bob', [day])).balances[day]).toMatchObject({ requests: 2 });
});

it('a price that was worked out before the stamps changed is not written past them', async () => {
  const operator = system({});
  await operator.ingest([line({ user: 'kim', input: 1_000, modelId: profile })]);
  const [read] = (await scan(tables.ledger))
    .filter(({ principal }) => principal === 'user/kim')
    .map(ledgerEntryOf);
  if (read === undefined) throw new Error('Nothing was posted.');
  await operator.set('user/kim', { monthUsd: '10', dayUsd: '5' });
  await operator.evaluate('user/kim');
  await operator.catchUp();

  const to = { ...read, charge: { ...read.charge, cost: 84_000n, quality: 'priced' as const } };
  const changed = await operator.ledger.reprice([{ from: read, to }]);

  expect(changed.map(({ windows }) => windows.principal)).toEqual([['month:2026-11', 'day:2026-11-22']]);
  await operator.reprice();
  const { balances, ledger } = await bothSums();
  expect(balances).toEqual(ledger);
  expect(balances['user/kim day:2026-11-22']).toEqual({ spent: 84_000n, requests: 1n });
});
