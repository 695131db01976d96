import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { balanceKey } from '../../../lambda/adapters/dynamodb/keys.ts';
import { storedVersion } from '../../../lambda/adapters/dynamodb/stored-version.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { evaluateSubject } from '../../../lambda/use-cases/deciding/evaluate-subject.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const windows = ['day:2026-11-22', 'week:2026-W47', 'month:2026-11'];

test('a decision that crosses more limits than one transaction holds suspends, and tells of each once', async () => {
  const clock = () => new Date('2026-11-22T12:00:00Z');
  const models = [...new Set(priceBook.models.map(({ id }) => id))].slice(0, 17);
  const limits = { dayUsd: '1', weekUsd: '1', monthUsd: '1' };
  const settings = settingsSchema.parse({
    mode: 'enforce',
    defaultBudget: { ...limits, models: Object.fromEntries(models.map((id) => [id, limits])) },
  });
  const client = documentClient(tables.client());
  const subjects = new DynamoDbSubjects(client, tables, clock, async () => {});
  await subjects.provision('user/dan', firstState(clock().toISOString(), 'test'));
  const spent = 2_000_000_000n;
  for (const window of [...windows, ...models.flatMap((id) => windows.map((each) => `${each}@${id}`))]) {
    const Item = { ...balanceKey('user/dan', window, 0), v: storedVersion, spent, ceiling: 0n, requests: 9 };
    await client.send(new PutCommand({ TableName: tables.budgets, Item }));
  }
  const started: string[] = [];
  await evaluateSubject('user/dan', {
    ...{ subjects, settings, clock },
    workflows: {
      start: async ({ workflow }) => void started.push(workflow),
      status: async () => 'running' as const,
    },
    enforcer: { ask: async () => {} },
  });
  expect(started).toEqual(['suspension']);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.alerts }));
  const told = Items.filter((item) => String(item['pk']).includes('user/dan')).map(({ sk }) => String(sk));
  expect(told.length).toBeGreaterThan(100);
  for (const id of models) expect(told.filter((sk) => sk.includes(`@${id}#`)).length).toBeGreaterThan(2);
}, 60_000);
