import {
  type Ask,
  type Body,
  permission,
  type RequestPlace,
  type RequiredPermission,
  textOf,
} from './permission.ts';

/** Operations that need the permission of their own name on the one table they name. */
const onTable = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'UpdateTimeToLive',
  'DescribeContinuousBackups',
  'UpdateContinuousBackups',
  'UpdateTable',
  'DeleteTable',
  'CreateTable',
]);

const transactActions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;

/** @returns undefined for an operation that is not known. */
export function dynamodbPermissions({ operation, body, ...place }: Ask): RequiredPermission[] | undefined {
  if (onTable.has(operation)) {
    return [need(operation, tableArn(textOf(body, 'TableName', operation), place), leadingKeys([body]))];
  }
  switch (operation) {
    case 'Query':
    case 'Scan': {
      const table = tableArn(textOf(body, 'TableName', operation), place);
      const index = body['IndexName'];
      return [need(operation, index === undefined ? table : `${table}/index/${index}`)];
    }
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries((body['RequestItems'] ?? {}) as Record<string, unknown>).map(([table, items]) =>
        need(operation, tableArn(table, place), leadingKeys(requestsIn(items))),
      );
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return merged(listOf(body['TransactItems']).map((item) => transactPermission(item, operation, place)));
    case 'ExecuteStatement':
      return [partiqlPermission(textOf(body, 'Statement', operation), place)];
    case 'BatchExecuteStatement':
      return listOf(body['Statements']).map((each) =>
        partiqlPermission(textOf(each, 'Statement', operation), place),
      );
    case 'ExecuteTransaction':
      return listOf(body['TransactStatements']).map((each) =>
        partiqlPermission(textOf(each, 'Statement', operation), place),
      );
    case 'ListTables':
      return [need(operation, '*')];
    default:
      return undefined;
  }
}

/** @returns undefined for an operation that is not known. */
export function streamsPermissions({ operation, body, ...place }: Ask): RequiredPermission[] | undefined {
  switch (operation) {
    case 'DescribeStream':
    case 'GetShardIterator':
      return [need(operation, textOf(body, 'StreamArn', operation))];
    case 'GetRecords': {
      // The request names no stream; the iterator of DynamoDB (the local one too) carries its ARN.
      const iterator = textOf(body, 'ShardIterator', operation);
      const stream = /arn:[^|]+\/stream\/[^|]+/.exec(iterator)?.[0];
      if (!stream)
        throw new Error(`The shard iterator "${iterator}" names no stream: take it from DynamoDB.`);
      return [need(operation, stream)];
    }
    case 'ListStreams': {
      const table = body['TableName'];
      return [need(operation, table === undefined ? '*' : `${tableArn(String(table), place)}/stream/*`)];
    }
    default:
      return undefined;
  }
}

function transactPermission(item: Body, operation: string, place: RequestPlace): RequiredPermission {
  for (const [part, action] of Object.entries(transactActions)) {
    const request = item[part] as Body | undefined;
    if (request) {
      return need(action, tableArn(textOf(request, 'TableName', operation), place), leadingKeys([request]));
    }
  }
  throw new Error(
    `${operation} has an item that is no ${Object.keys(transactActions).join(', ')}: correct it.`,
  );
}

const identifier = String.raw`(?:"([^"]+)"|([A-Za-z0-9_.:/-]+?))(?:\."([^"]+)"|\.([A-Za-z0-9_-]+))?(?=[\s);]|$)`;
const partiql: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`^\s*INSERT\s+INTO\s+${identifier}`, 'i'), 'PartiQLInsert'],
  [new RegExp(String.raw`^\s*UPDATE\s+${identifier}`, 'i'), 'PartiQLUpdate'],
  [new RegExp(String.raw`^\s*DELETE\s+FROM\s+${identifier}`, 'i'), 'PartiQLDelete'],
  [
    new RegExp(String.raw`^\s*(?:EXISTS\s*\(\s*)?SELECT\s[\s\S]*?\sFROM\s+${identifier}`, 'i'),
    'PartiQLSelect',
  ],
];

function partiqlPermission(statement: string, place: RequestPlace): RequiredPermission {
  for (const [form, action] of partiql) {
    const found = form.exec(statement);
    if (!found) continue;
    const table = tableArn(found[1] ?? found[2] ?? '', place);
    const index = found[3] ?? found[4];
    // Only a read can address an index.
    return need(action, index && action === 'PartiQLSelect' ? `${table}/index/${index}` : table);
  }
  throw new Error(`The PartiQL statement "${statement}" is no INSERT, UPDATE, DELETE or SELECT: correct it.`);
}

/** Every table of ours calls its partition key so. */
const partitionKey = 'pk';

/** What conditions on `dynamodb:LeadingKeys` compare; a query is not parsed for it. */
function leadingKeys(requests: readonly Body[]): RequiredPermission['context'] {
  const keys = requests
    .map((request) => (request['Key'] ?? request['Item']) as Record<string, { S?: string }> | undefined)
    .map((item) => item?.[partitionKey]?.S)
    .filter((key) => key !== undefined);
  return keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {};
}

/** One permission for all items of a table that need the same. */
function merged(permissions: readonly RequiredPermission[]): RequiredPermission[] {
  const groups = Map.groupBy(permissions, ({ action, resource }) => `${action} ${resource}`);
  return [...groups.values()].flatMap((group) => {
    const keys = group.flatMap(({ context }) => context['dynamodb:LeadingKeys'] ?? []);
    const [first] = group;
    if (!first) return [];
    return permission(first.action, first.resource, keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {});
  });
}

/** `{ Keys: […] }` of a batch that reads, `[{ PutRequest: { Item } }, …]` of one that writes. */
function requestsIn(items: unknown): Body[] {
  if (Array.isArray(items)) return items.flatMap((each) => Object.values(each as object) as Body[]);
  return listOf((items as Body)['Keys']).map((Key) => ({ Key }));
}

function need(
  action: string,
  resource: string,
  context: RequiredPermission['context'] = {},
): RequiredPermission {
  return permission(`dynamodb:${action}`, resource, context);
}

function tableArn(nameOrArn: string, { region, account }: RequestPlace): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:dynamodb:${region}:${account}:table/${nameOrArn}`;
}

function listOf(value: unknown): Body[] {
  return Array.isArray(value) ? value : [];
}
