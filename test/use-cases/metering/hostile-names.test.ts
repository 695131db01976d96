import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { evaluateSubject } from '../../../lambda/use-cases/deciding/evaluate-subject.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const eve = 'user/eve';
const calls = 20_000;
const portion = 500;

test('a person who calls 20,000 models that nobody knows is suspended like everyone else', async () => {
  let now = new Date('2026-11-22T12:00:00Z');
  const clock = () => now;
  const sleep = async () => {};
  const settings = settingsSchema.parse({ mode: 'enforce', defaultBudget: { monthUsd: '50' } });
  const client = documentClient(tables.client());
  const subjects = new DynamoDbSubjects(client, tables, clock, sleep);
  const ledger = new DynamoDbLedger(client, tables, settings, sleep, clock);
  const started: string[] = [];
  const deps = {
    ...{ subjects, settings, clock },
    workflows: {
      start: async ({ workflow }: { workflow: string }) => void started.push(workflow),
      status: async () => 'running' as const,
    },
    enforcer: { ask: async () => {} },
  };
  for (let first = 0; first < calls; first += portion) {
    const lines = Array.from({ length: portion }, (_, index) => {
      const name = `hostile.${'x'.repeat(80)}-${first + index}-v1:0`;
      const id = `eve-${first + index}`;
      const call = { modelId: name, user: 'eve', requestId: id, input: 1_000, output: 1_000 };
      return { text: JSON.stringify(record({ ...call, at: '2026-11-22T11:59:00Z' })), source: 'test' };
    });
    const { counts } = await ingestLines(
      lines,
      { ledger, subjects, settings, clock },
      { id: `d${first}`, seenBefore: false },
    );
    expect(counts.unpriced).toBe(portion);
    if (first % (portion * 8) === 0) await evaluateSubject(eve, deps);
  }
  for (let minute = 0; minute < 20; minute++) {
    now = new Date(now.getTime() + 60_000);
    await evaluateSubject(eve, deps);
  }
  now = new Date(now.getTime() + 5 * 3_600_000);
  await evaluateSubject(eve, deps);
  const sizeOf = async (sk: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tables.budgets, Key: { pk: eve, sk }, ConsistentRead: true }),
    );
    return JSON.stringify(Item, (_, value) => (typeof value === 'bigint' ? String(value) : value)).length;
  };
  expect(await sizeOf('STATE')).toBeLessThan(40_000);
  expect(await sizeOf('BAL#month:2026-11#0')).toBeLessThan(40_000);
  expect((await subjects.load(eve, ['month:2026-11'])).balances).toMatchObject({
    'month:2026-11': { requests: calls },
  });
  expect((await subjects.state(eve))?.pending.own).toMatchObject({ workflow: 'suspension' });
}, 300_000);
