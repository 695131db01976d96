import type { LocalAssembly } from '../assembly/local-assembly.ts';
import type { AwsRequest } from './aws-request.ts';

type Item = Readonly<Record<string, unknown>>;

/** What AWS refuses and a local engine may let through: one item twice in one request. @returns AWS's words */
export function dynamodbObjection(
  { operation, body }: Pick<AwsRequest, 'operation' | 'body'>,
  tables: LocalAssembly['tables'],
): string | undefined {
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems': {
      const parts = ((body['TransactItems'] ?? []) as Item[]).flatMap(
        (item) => Object.values(item) as { TableName?: string; Key?: Item; Item?: Item }[],
      );
      const keys = parts.map(
        ({ TableName = '', Key, Item: item }) => [tableName(TableName), Key ?? item] as const,
      );
      return hasTwice(keys, tables)
        ? 'Transaction request cannot include multiple operations on one item'
        : undefined;
    }
    case 'BatchGetItem': {
      const requests = Object.entries((body['RequestItems'] ?? {}) as Record<string, { Keys?: Item[] }>);
      const keys = requests.flatMap(([table, { Keys = [] }]) =>
        Keys.map((key) => [tableName(table), key] as const),
      );
      return hasTwice(keys, tables) ? duplicates : undefined;
    }
    case 'BatchWriteItem': {
      const requests = Object.entries((body['RequestItems'] ?? {}) as Record<string, Item[]>);
      const keys = requests.flatMap(([table, writes]) =>
        writes
          .flatMap((write) => Object.values(write) as { Key?: Item; Item?: Item }[])
          .map(({ Key, Item: item }) => [tableName(table), Key ?? item] as const),
      );
      return hasTwice(keys, tables) ? duplicates : undefined;
    }
    default:
      return undefined;
  }
}

const duplicates = 'Provided list of item keys contains duplicates';
const tableName = (nameOrArn: string) => nameOrArn.split('/').at(-1) ?? nameOrArn;

function hasTwice(
  items: readonly (readonly [table: string, item: Item | undefined])[],
  tables: LocalAssembly['tables'],
): boolean {
  const keys = items.map(([table, item]) => {
    const names = keyNames(tables.find(({ name }) => name === table)) ?? Object.keys(item ?? {});
    return JSON.stringify([table, ...names.map((name) => item?.[name])]);
  });
  return new Set(keys).size < keys.length;
}

function keyNames(table: LocalAssembly['tables'][number] | undefined): string[] | undefined {
  const schema = table?.properties['KeySchema'] as readonly { readonly AttributeName: string }[] | undefined;
  return schema?.map(({ AttributeName }) => AttributeName);
}
