import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { ceilingEntries } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import { repriceLedger } from '../../../lambda/use-cases/prices/reprice-ledger.ts';
import { LocalStack } from '../../../scripts/local/stack.ts';
import { record } from '../../support/records.ts';

let stack: LocalStack;
afterEach(() => stack.stop());

test('the price list is compared each day, by a role that may do that and no more', async () => {
  stack = await LocalStack.start({
    settings: { mode: 'enforce', priceUpkeep: 'confirm' },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: { seed: 5 },
    // Half as much again for input, from the second day on.
    listPrices: (at) => ({
      input: at < new Date('2026-11-24T00:00:00Z') ? '0.0000600000' : '0.0000900000',
      output: '0.0002400000',
    }),
  });
  await stack.advanceTo(new Date('2026-11-25T12:00:00Z'));

  // Two prices, on three days.
  expect(stack.metrics()).toMatchObject({ PricesAgreed: 4, PricesDiffer: 2, PricesMissing: 0 });
  expect(stack.refusals()).toEqual([]);
  const asked = stack.calls().filter(({ service, outcome }) => service === 'pricing' && outcome === 'done');
  // Two pages of one service, one of each of the others.
  expect(asked).toHaveLength(3 * 4);
  const Key = { pk: 'deployment', sk: 'PRICES' };
  const { Item } = await stack.client.send(new GetCommand({ TableName: stack.tables.budgets, Key }));
  expect(Item).toMatchObject({
    at: '2026-11-25T05:17:00.000Z',
    confirmed: { 'amazon.nova-lite-v1:0 regional standard': '2026-11-25' },
  });
  // The difference is told once, and no price has changed by itself.
  const told = (await stack.messages()).filter(({ topic }) => topic === 'operations');
  expect(told.map(({ subject }) => subject)).toEqual([
    // A promotion of the book has no known end any more.
    "Bedrock prices: AWS's price list and the price book: 3 ending",
    "Bedrock prices: AWS's price list and the price book: 1 differ, 3 ending",
  ]);
  expect(told[1]?.body).toContain('amazon.nova-lite-v1:0 us-east-1 regional input: 0.06 -> 0.09');
  await stack.deliver('cloudwatch', [
    JSON.stringify(
      record({ modelId: 'amazon.nova-lite-v1:0', input: 1_000_000, at: '2026-11-25T11:00:00Z' }),
    ),
  ]);
  await stack.settle();
  expect(stack.metrics()).toMatchObject({ Posted: 1, PostedUsd: 0.060024 });
}, 120_000);

test('a model without a price is told once, to its principal and for the account', async () => {
  stack = await LocalStack.start({
    settings: {
      mode: 'enforce',
      defaultBudget: { monthUsd: '500.00' },
      accountBudget: { monthUsd: '100.00' },
    },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: { seed: 6 },
  });
  const calls = [1, 2, 3].map(() => JSON.stringify(record({ modelId: 'nobody.new-v1:0', input: 500_000 })));
  await stack.deliver('cloudwatch', calls);
  await stack.settle();
  await stack.deliver('s3', calls);
  await stack.settle();

  expect(stack.metrics()).toMatchObject({ Unpriced: 3, Duplicates: 3 });
  const told = (await stack.messages()).filter(({ subject }) => subject.includes('price is not known'));
  expect(told.map(({ topic, subject }) => `${topic}: ${subject}`).sort()).toEqual([
    'budget-alerts: Bedrock budget: account uses models whose price is not known [local]',
    'budget-alerts: Bedrock budget: user/alice uses models whose price is not known [local]',
  ]);
  expect(told.find(({ subject }) => subject.includes('alice'))?.body).toContain('nobody.new-v1:0');
}, 120_000);

test('who was suspended for a ceiling is restored when the price becomes known', async () => {
  stack = await LocalStack.start({
    settings: { mode: 'enforce', defaultBudget: { monthUsd: '1.00' } },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: { seed: 7 },
  });
  // A router's ARN does not tell which model it asked.
  const modelId = 'arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/some.router:1';
  await stack.deliver('cloudwatch', [JSON.stringify(record({ modelId, input: 300_000 }))]);
  await stack.settle();
  const identityArn = 'arn:aws:iam::111122223333:user/alice';
  const decision = async () =>
    (await stack.invoke({ identityArn, modelId: 'amazon.nova-pro-v1:0', region: 'us-east-1' })).decision;
  expect(await decision()).toBe('denied');

  const { client, tables } = stack;
  const sleep = async () => {};
  const search = { table: tables.ledger, from: '2026-11-01', to: '2026-12-01', unitsPerSecond: 100 };
  const { principals } = await repriceLedger(
    {
      ledger: new DynamoDbLedger(client, tables, { ledgerDays: 400 }, sleep),
      ceilings: ceilingEntries(client, search, sleep),
      settings: { profiles: { [modelId]: 'amazon.nova-lite-v1:0' } },
      ...{ unitsPerSecond: 100, sleep },
    },
    { dryRun: false },
  );
  await stack.settle();

  // The model's price, and a router's fee.
  expect(principals).toMatchObject([{ principal: 'user/alice', price: 18_024_000n + 1_000_000n }]);
  expect(await decision()).toBe('allowed');
  expect((await stack.executions()).map(({ stateMachine, status }) => `${stateMachine} ${status}`)).toEqual([
    'suspension SUCCEEDED',
    'restoration SUCCEEDED',
  ]);
}, 120_000);
