import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { LocalAssembly } from '../assembly/local-assembly.ts';

interface IndexProperties {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

/** What waits in the sparse index of due items. */
export interface DueItems {
  /** The earliest due time that is later than this instant. */
  nextAfter(after: Date): Date | undefined;
  /** Changes whenever what is due by this instant does. */
  fingerprintAt(now: Date): string;
}

const time = /^\d{4}-\d\d-\d\dT/;

/** Reads the templates' index `due`; where there is none, nothing ever is due. */
export async function readDueItems(client: DynamoDBClient, assembly: LocalAssembly): Promise<DueItems> {
  const items: { readonly key: string; readonly at: string }[] = [];
  for (const { name, properties } of assembly.tables) {
    const indexes = (properties['GlobalSecondaryIndexes'] ?? []) as readonly IndexProperties[];
    const index = indexes.find(({ IndexName }) => IndexName === 'due');
    const range = index?.KeySchema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName;
    if (!index || !range) continue;
    for await (const page of paginateScan({ client }, { TableName: name, IndexName: index.IndexName })) {
      for (const item of page.Items ?? []) {
        const at = item[range]?.S ?? '';
        // The list of principals stands in the same index, sorted by rank: nobody waits for that.
        if (time.test(at)) items.push({ key: JSON.stringify([item['pk'], item['sk']]), at });
      }
    }
  }
  return {
    nextAfter: (after) => {
      const later = items.map(({ at }) => new Date(at)).filter((at) => at > after);
      return later.sort((left, right) => left.getTime() - right.getTime())[0];
    },
    fingerprintAt: (now) =>
      items
        .filter(({ at }) => new Date(at) <= now)
        .map(({ key, at }) => `${key}@${at}`)
        .sort()
        .join(),
  };
}
