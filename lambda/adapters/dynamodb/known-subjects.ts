import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { calendarWindow } from '../../domain/windows.ts';
import type { KnownSubject } from '../../use-cases/ports/subjects.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import { sumBalances } from './balance-items.ts';
import { sortKeys } from './keys.ts';
import { stateOf } from './stored-version.ts';
import { specOf } from './subject-items.ts';
import type { Item } from './transact.ts';

export interface KnownSubjectsSearch {
  readonly table: string;
  /** Whose balances are wanted, those of limits of some models included. @default all */
  readonly windows?: readonly string[] | undefined;
  /** Read capacity units a second that may be used up, and how to wait. @default as fast as it goes */
  readonly pace?: { readonly unitsPerSecond: number; readonly sleep: Sleep } | undefined;
}

/**
 * Everyone in the table, with balances. Reads the whole table, page by page: for an operator's question or a report now
 * and then, never for a decision.
 */
export async function readKnownSubjects(
  client: DynamoDBDocumentClient,
  { table, windows, pace }: KnownSubjectsSearch,
): Promise<ReadonlyMap<string, KnownSubject>> {
  const found = new Map<string, Item[]>();
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      ConsistentRead: pace === undefined,
      FilterExpression: 'sk IN (:state, :budget, :iam) OR begins_with(sk, :balance)',
      ExpressionAttributeValues: {
        ':state': sortKeys.state,
        ':budget': sortKeys.budget,
        ':iam': sortKeys.iam,
        ':balance': 'BAL#',
      },
      ReturnConsumedCapacity: 'TOTAL',
    },
  );
  for await (const { Items = [], ConsumedCapacity } of pages) {
    for (const item of Items) {
      const window = windowOf(item);
      // Those of limits of some models belong to their window.
      const unwanted = window !== undefined && windows?.includes(calendarWindow(window)) === false;
      if (unwanted) continue;
      const subject = String(item['pk']);
      found.set(subject, [...(found.get(subject) ?? []), item]);
    }
    if (pace) await pace.sleep(((ConsumedCapacity?.CapacityUnits ?? 0) / pace.unitsPerSecond) * 1000);
  }
  return new Map([...found].map(([subject, items]) => [subject, knownSubject(subject, items)]));
}

/** Of a slot of a balance, its window. */
function windowOf({ sk }: Item): string | undefined {
  const [kind, window] = String(sk).split('#');
  return kind === 'BAL' ? window : undefined;
}

function knownSubject(subject: string, items: readonly Item[]): KnownSubject {
  const single = (sk: string) => items.find((item) => item['sk'] === sk);
  const slots = Object.groupBy(items, (item) => windowOf(item) ?? '');
  const { '': _others, ...windows } = slots;
  return {
    subject,
    state: stateOf(single(sortKeys.state)),
    operatorSpec: specOf(single(sortKeys.budget)),
    taggedTeam: single(sortKeys.iam)?.['team'] as string | undefined,
    taggedTier: single(sortKeys.iam)?.['tier'] as string | undefined,
    balances: Object.fromEntries(
      Object.entries(windows).map(([window, slotsOfWindow]) => [window, sumBalances(slotsOfWindow ?? [])]),
    ),
  };
}
