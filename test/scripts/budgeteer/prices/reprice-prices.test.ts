import { documentClient } from '../../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../../lambda/adapters/dynamodb/ledger.ts';
import { settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { type Deployment, openDeployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { repricePrices } from '../../../../scripts/budgeteer/prices/reprice-prices.ts';
import { ceiling, entry } from '../../../support/entries.ts';
import { startTables, type Tables } from '../../../support/tables.ts';

let tables: Tables;
let deployment: Deployment;
const pauses: number[] = [];

beforeAll(async () => {
  tables = await startTables();
  const settings = settingsSchema.parse({ mode: 'shadow' });
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
  };
  const opened = openDeployment({ aws: { region: 'us-east-1' }, stage: 'test', settings, sleep });
  deployment = { ...opened, tables, client: documentClient(tables.client()) };
  const ledger = new DynamoDbLedger(deployment.client, tables, settings, sleep);
  const on = (day: string, modelId = 'amazon.nova-lite-v1:0') => {
    const posted = entry({ timestamp: `${day}T12:00:00Z`, modelId, charge: ceiling(1_000_000n) });
    return { ...posted, key: { ...posted.key, sk: `${day}#${posted.requestId}` } };
  };
  await ledger.post([
    on('2026-11-20'),
    on('2026-11-21'),
    on('2026-11-22'),
    on('2026-11-22', 'nobody.new-v1:0'),
  ]);
}, 60_000);
afterAll(() => tables.stop());

const run = async (options: Partial<Parameters<typeof repricePrices>[0]> = {}) =>
  repricePrices({ dryRun: false, unitsPerSecond: 20, ...options }, deployment);
const callsIn = async (options: Parameters<typeof run>[0]) =>
  (await run({ ...options, dryRun: true })).json.principals.map(({ entries }) => entries);

describe('prices reprice', () => {
  it('takes the days that it is given, the last one included, and the model', async () => {
    expect(await callsIn({})).toEqual([3]);
    expect(await callsIn({ from: '2026-11-21' })).toEqual([2]);
    expect(await callsIn({ to: '2026-11-21' })).toEqual([2]);
    expect(await callsIn({ from: '2026-11-21', to: '2026-11-21' })).toEqual([1]);
    expect(await callsIn({ from: '2026-11-21T13:00:00Z' })).toEqual([1]);
    expect(await callsIn({ model: 'claude' })).toEqual([]);
  });

  it.each([
    [{ from: 'yesterday' }, '--from "yesterday" is no date'],
    [{ to: '2026-02-30T00:00:00Z' }, '--to "2026-02-30T00:00:00Z" is no date'],
    [{ from: '2026-11-22', to: '2026-11-20' }, 'is not before'],
    [{ unitsPerSecond: 0 }, '--units-per-second'],
    [{ unitsPerSecond: Number.NaN }, '--units-per-second'],
  ])('refuses %j', async (options, sentence) => {
    await expect(run(options)).rejects.toThrow(sentence);
  });

  it('says who pays what now and what stays unknown, keeps its pace, and does it once', async () => {
    pauses.length = 0;
    const { text, json, exitCode } = await run();

    expect(exitCode).toBe(0);
    expect(json).toEqual({
      dryRun: false,
      book: expect.any(String),
      principals: [
        {
          principal: 'user/alice',
          entries: 3,
          ceilingUsd: '0.003000000',
          priceUsd: '0.000252000',
          changeUsd: '-0.002748000',
        },
      ],
      stillUnknown: [
        expect.objectContaining({ entries: 1, reason: 'the price book does not have the model' }),
      ],
    });
    expect(text).toContain('3 calls got their price');
    // Three items of a transaction are six units: 0.3 s at 20 a second.
    expect(pauses).toContain(300);
    expect((await run()).json.principals).toEqual([]);
  });
});
