import type { TableSpec } from '../../../scripts/local/assembly/local-assembly.ts';
import { dynamodbObjection } from '../../../scripts/local/aws/dynamodb-objection.ts';

const properties = { KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }] };
const tables = [{ name: 'budgets', properties } as unknown as TableSpec];
const TableName = 'budgets';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const objection = (operation: string, body: object) =>
  dynamodbObjection({ operation, body: body as Readonly<Record<string, unknown>> }, tables);
const transaction = (...TransactItems: object[]) => objection('TransactWriteItems', { TransactItems });

test('a transaction touches an item once, whatever it does with it', () => {
  const put = (pk: string) => ({ Put: { TableName, Item: { ...key(pk), cost: { N: '1' } } } });
  const check = (pk: string) => ({ ConditionCheck: { TableName, Key: key(pk) } });
  expect(transaction(put('u'), check('u'))).toContain('multiple operations on one item');
  expect(transaction(put('u'), put('u'))).toContain('multiple operations on one item');
  expect(transaction(put('u'), check('v'))).toBeUndefined();
  const other = { ConditionCheck: { TableName: 'ledger', Key: key('u') } };
  expect(transaction(put('u'), other)).toBeUndefined();
});

test('a table is the same by its name and by its ARN', () => {
  const arn = 'arn:aws:dynamodb:us-east-1:111122223333:table/budgets';
  const update = (name: string) => ({ Update: { TableName: name, Key: key('u') } });
  expect(transaction(update(TableName), update(arn))).toContain('multiple operations');
});

test('a batch names an item once, the order of its attributes aside', () => {
  const Keys = [key('u'), { sk: { S: 'a' }, pk: { S: 'u' } }];
  expect(objection('BatchGetItem', { RequestItems: { [TableName]: { Keys } } })).toContain('duplicates');
  const distinct = { Keys: [key('u'), key('u', 'b')] };
  expect(objection('BatchGetItem', { RequestItems: { [TableName]: distinct } })).toBeUndefined();
  const writes = [{ PutRequest: { Item: key('u') } }, { DeleteRequest: { Key: key('u') } }];
  expect(objection('BatchWriteItem', { RequestItems: { [TableName]: writes } })).toContain('duplicates');
});

test('everything else is DynamoDB’s own to judge', () => {
  expect(objection('PutItem', { TableName, Item: key('u') })).toBeUndefined();
});
