import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import type { LocalAssembly } from '../../../scripts/local/assembly/local-assembly.ts';
import { readDueItems } from '../../../scripts/local/triggers/due-index.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

test('what is due is told from the list of principals, whose ranks stand in the same index', async () => {
  const client = tables.client();
  const put = (sk: string, dueShard: string, dueAt: string) =>
    documentClient(client).send(
      new PutCommand({ TableName: tables.budgets, Item: { pk: 'user/ann', sk, dueShard, dueAt } }),
    );
  await put('DUE', '2', '2026-11-22T12:00:00.000Z');
  await put('PACE', 'listPrincipals', '00000000000000000000');
  const keys = [
    { AttributeName: 'dueShard', KeyType: 'HASH' },
    { AttributeName: 'dueAt', KeyType: 'RANGE' },
  ];
  const properties = { GlobalSecondaryIndexes: [{ IndexName: 'due', KeySchema: keys }] };
  const assembly = { tables: [{ name: tables.budgets, properties }] } as unknown as LocalAssembly;

  const due = await readDueItems(client, assembly);

  expect(due.fingerprintAt(new Date('2026-11-22T11:59:00Z'))).toBe('');
  expect(due.fingerprintAt(new Date('2026-11-22T12:00:00Z'))).toContain('DUE');
  expect(due.nextAfter(new Date('2026-11-22T11:59:00Z'))).toEqual(new Date('2026-11-22T12:00:00Z'));
  expect(due.nextAfter(new Date('2026-11-22T12:00:00Z'))).toBeUndefined();
});
