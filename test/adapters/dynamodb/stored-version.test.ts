import { readFileSync } from 'node:fs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import { startTables, type Tables } from '../../support/tables.ts';

/** What version 2 stored. The file is never changed: a later release must read it. */
const stored = JSON.parse(readFileSync('test/adapters/dynamodb/stored-items/state-2.json', 'utf8'));

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const client = () => documentClient(tables.client());
const subjects = () =>
  new DynamoDbSubjects(
    client(),
    tables,
    () => new Date('2026-11-22T12:00:00Z'),
    async () => {},
  );
const put = (Item: Record<string, unknown>) =>
  client().send(new PutCommand({ TableName: tables.budgets, Item }));

describe('a stored state', () => {
  it('of version 2 is read, with no-premium as an access of its own', async () => {
    await put(stored);
    const state = await subjects().state(stored.pk);
    expect(state).toEqual(stored.state);
    expect(state && accessOf(state)).toBe('no-premium');
  });

  it('is written as version 2 was', async () => {
    await subjects().provision('user/written', stored.state);
    const Key = { pk: 'user/written', sk: 'STATE' };
    const { Item } = await client().send(new GetCommand({ TableName: tables.budgets, Key }));
    expect(Item).toEqual({ ...stored, pk: 'user/written' });
  });

  it.each([
    [undefined, 'has no schema version'],
    [3, 'has schema version 3'],
  ])('of version %s is refused in one sentence', async (v, words) => {
    const { v: _current, ...older } = stored;
    await put({ ...older, pk: 'user/other', ...(v === undefined ? {} : { v }) });
    const sentence = `The stored state of user/other ${words}, and this release reads version 2 only.`;
    await expect(subjects().state('user/other')).rejects.toThrow(sentence);
    await expect(subjects().load('user/other', [])).rejects.toThrow(sentence);
  });
});
