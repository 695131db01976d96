import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLabelValues } from '../../../lambda/adapters/dynamodb/label-values.ts';
import { MemoryLabelValues } from '../../../scripts/budgeteer/replay/memory-label-values.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const inTable = () => new DynamoDbLabelValues(documentClient(tables.client()), tables.budgets);
const sorted = (values: ReadonlySet<string>) => [...values].sort();
let months = 0;
/** A month that no other test counts in. */
const label = (most: number, key = 'app') => ({
  month: `20${String(++months).padStart(2, '0')}-11`,
  key,
  most,
});

describe.each([
  ['in the table', inTable],
  ['of a replay', () => new MemoryLabelValues()],
])('the values of a label, %s,', (_, make) => {
  it('are the first that come, however many are given at once', async () => {
    const values = make();
    const app = label(3);

    expect(sorted(await values.admit(app, ['a', 'b']))).toEqual(['a', 'b']);
    expect(sorted(await values.admit(app, ['b', 'c', 'd', 'e']))).toEqual(['a', 'b', 'c']);
    expect(sorted(await values.admit(app, ['e', 'a']))).toEqual(['a', 'b', 'c']);
  });

  it('are counted for each label and each month', async () => {
    const values = make();
    const app = label(1);
    await values.admit(app, ['a']);

    expect(sorted(await values.admit({ ...app, key: 'tenant' }, ['b']))).toEqual(['b']);
    expect(sorted(await values.admit(label(1), ['c']))).toEqual(['c']);
  });
});

describe('the values in the table', () => {
  it('are the same for all who write them at a time', async () => {
    const app = label(5);
    const writers = [inTable(), inTable(), inTable(), inTable()];
    await Promise.all(
      writers.map((writer, w) =>
        writer.admit(
          app,
          [0, 1, 2, 3].map((v) => `${(w + v) % 8}`),
        ),
      ),
    );
    const seen = await Promise.all(
      writers.map((writer) => writer.admit(app, ['0', '1', '2', '3', '4', '5', '6', '7'])),
    );

    expect(new Set(seen.map((values) => sorted(values).join())).size).toBe(1);
    expect(seen[0]?.size).toBe(5);
  });

  it('are not written again once they are known, nor once there is no more room', async () => {
    const client = documentClient(tables.client());
    const send = jest.spyOn(client, 'send');
    const values = new DynamoDbLabelValues(client, tables.budgets);
    const app = label(2);
    for (const value of ['a', 'b', 'a', 'b']) await values.admit(app, [value]);
    const writes = () => send.mock.calls.filter(([command]) => command instanceof UpdateCommand).length;
    expect(writes()).toBe(2);
    for (const value of ['c', 'd', 'e', 'c']) await values.admit(app, [value]);
    expect(writes()).toBe(3);
  });

  it('are forgotten some time after their month', async () => {
    await inTable().admit({ month: '2026-11', key: 'app', most: 5 }, ['a']);
    const Key = { pk: 'deployment', sk: 'LABEL#2026-11#app' };
    const { Item } = await tables.client().send(new GetCommand({ TableName: tables.budgets, Key }));

    expect(Item?.['expiresAt']).toBe(Date.parse('2027-01-10') / 1000);
  });
});
