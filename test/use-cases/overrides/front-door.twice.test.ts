import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbOverrideRecords } from '../../../lambda/adapters/dynamodb/override-records.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { requestOverride } from '../../../lambda/use-cases/overrides/front-door.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const ops = 'arn:aws:iam::111122223333:user/ops';
const eve = 'arn:aws:iam::111122223333:user/eve';
const clientToken = '0123456789abcdef-raise';
const order = { action: 'extend', subject: 'user/alice', reason: 'month-end', clientToken };
const raise = { ...order, amountUsd: '5', expiresAt: '2026-12-01T00:00:00Z' };

function door() {
  const started: string[] = [];
  const clock = () => new Date('2026-11-22T12:00:00Z');
  const records = new DynamoDbOverrideRecords(documentClient(tables.client()), tables.budgets, clock);
  let count = 0;
  const deps = {
    records,
    machine: {
      start: async (name: string) => void (started.includes(name) || started.push(name)),
      approve: async () => {},
      reject: async () => {},
    },
    settings: settingsSchema.parse({ mode: 'enforce' }),
    newExecution: () => `override-${count++}`,
  };
  return { started, records, ask: (caller: string, body: object) => requestOverride(caller, body, deps) };
}

test('an order that is sent again with its token is one order, and keeps the token that it waits with', async () => {
  const { started, records, ask } = door();
  const first = await ask(ops, raise);
  await records.keepToken(first.body['execution'] ?? '', 'waits');
  expect(await ask(ops, raise)).toEqual(first);
  expect(started).toHaveLength(1);
  expect(await records.find(started[0] ?? '')).toMatchObject({ token: 'waits' });
});

test('a token names one order of one person', async () => {
  const { started, ask } = door();
  const token = { clientToken: '0123456789abcdef-other' };
  expect((await ask(ops, { ...raise, ...token })).status).toBe(202);
  expect((await ask(ops, { ...raise, ...token, amountUsd: '50' })).status).toBe(409);
  expect((await ask(eve, { ...raise, ...token })).status).toBe(202);
  expect(new Set(started).size).toBe(2);
  expect((await ask(ops, { ...raise, clientToken: 'short' })).status).toBe(400);
});
