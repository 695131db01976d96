import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { PostedItem, Stamping } from '../../domain/control/catch-up.ts';
import { unpricedLabel } from '../../domain/control/grace.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { addChanges, countedCost, heldBySlot, noChange } from '../../domain/pricing/repricing.ts';
import type { PostedItems } from '../../use-cases/ports/ledger.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import type { LedgerTables } from './ledger.ts';
import {
  balanceUpdates,
  byDay,
  nothingUnproven,
  noUnpriced,
  type Stamps,
  untrustedUpdates,
} from './ledger-balances.ts';
import { floorRead, unchangedFloor } from './ledger-items.ts';
import { versioned } from './stored-version.ts';
import { type Item, maxTransactItems, type TransactItem, transactWrite } from './transact.ts';

const readAtOnce = 250;

/** The ledger from the side of whoever adds stamps to what was posted. */
export class DynamoDbPostedItems implements PostedItems {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: LedgerTables;
  readonly #sleep: Sleep;

  constructor(client: DynamoDBDocumentClient, tables: LedgerTables, sleep: Sleep) {
    this.#client = client;
    this.#tables = tables;
    this.#sleep = sleep;
  }

  async *of(partition: string): AsyncGenerator<{ items: readonly PostedItem[]; units: number }> {
    const pages = paginateQuery(
      { client: this.#client, pageSize: readAtOnce },
      {
        TableName: this.#tables.ledger,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ExpressionAttributeNames: { '#role': 'role', '#timestamp': 'timestamp', '#floor': 'floor' },
        ProjectionExpression:
          'pk, sk, v, principal, #role, team, windows, #timestamp, cost, #floor, quality, model, trusted, evidence',
        ReturnConsumedCapacity: 'TOTAL',
      },
    );
    for await (const { Items = [], ConsumedCapacity } of pages) {
      yield { items: Items.filter(isPosted).map(postedItem), units: ConsumedCapacity?.CapacityUnits ?? 0 };
    }
  }

  async stamp(stampings: readonly Stamping[]): Promise<readonly PostedItem[]> {
    const changed: PostedItem[] = [];
    for (const group of groups(stampings)) {
      const room = maxTransactItems - (group[0]?.windows.length ?? 0);
      for (let start = 0; start < group.length; start += room) {
        changed.push(...(await this.#stampOnce(group.slice(start, start + room))));
      }
    }
    return changed;
  }

  /** One transaction, sent again without the items that are no longer what was read; answers these. */
  async #stampOnce(stampings: readonly Stamping[]): Promise<readonly PostedItem[]> {
    const changed: PostedItem[] = [];
    let rest = [...stampings];
    while (rest.length > 0) {
      const items = [
        ...rest.map((stamping) => stampItem(this.#tables.ledger, stamping)),
        ...gains(this.#tables.budgets, rest),
      ];
      const refusals = await transactWrite(this.#client, items, this.#sleep);
      if (refusals.length === 0) break;
      // What expired meanwhile counts nowhere any more.
      changed.push(...refusals.flatMap(({ found }) => (found === undefined ? [] : postedItem(found))));
      const refused = new Set(refusals.map(({ index }) => index));
      rest = rest.filter((_, index) => !refused.has(index));
    }
    return changed;
  }
}

/** What takes the id of a usage event has no windows. */
const isPosted = (item: Item): boolean => item['windows'] !== undefined;

function postedItem(item: Item): PostedItem {
  const { pk, sk, v: _v, cost, floor, trusted, ...rest } = versioned('ledger item', item);
  return {
    ...rest,
    key: { pk, sk },
    cost: BigInt(cost as number | bigint),
    ...(floor !== undefined && { floor: BigInt(floor as number | bigint) }),
    trusted: trusted !== false,
  } as PostedItem;
}

/** Stampings that share their balances. */
function groups(stampings: readonly Stamping[]): Stamping[][] {
  const byBalances = Map.groupBy(stampings, ({ item: { principal, role, team, trusted }, scope, windows }) =>
    JSON.stringify([principal, role, team, trusted, scope, windows]),
  );
  return [...byBalances.values()];
}

/** Adds windows if the item still is what was read: neither stamped nor corrected meanwhile. */
function stampItem(table: string, { item, scope, windows }: Stamping): TransactItem {
  const { key, cost, quality } = item;
  return {
    Update: {
      TableName: table,
      Key: { ...key },
      UpdateExpression: 'SET windows.#scope = :windows',
      ConditionExpression: [
        'windows = :read AND cost = :cost',
        unchangedFloor('#floor', item.floor),
        ...(quality === undefined ? [] : ['quality = :quality']),
      ].join(' AND '),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ExpressionAttributeNames: { '#scope': scope, '#floor': 'floor' },
      ExpressionAttributeValues: {
        ':windows': [...(item.windows[scope] ?? []), ...windows],
        ':read': item.windows,
        ':cost': cost,
        ...floorRead(item.floor),
        ...(quality !== undefined && { ':quality': quality }),
      },
    },
  };
}

/** What the balances of the new windows gain: the same as if the items had been posted to them. */
function gains(table: string, stampings: readonly Stamping[]): TransactItem[] {
  const [first] = stampings;
  if (first === undefined) return [];
  const items = stampings.map(({ item }) => item);
  const { principal, role, team, trusted } = first.item;
  const none: LedgerEntry['windows'] = { principal: [], team: [], account: [] };
  const stamps: Stamps = { principal, role, team, windows: { ...none, [first.scope]: first.windows } };
  const total = items.reduce((sum, { cost }) => sum + cost, 0n);
  if (!trusted) return untrustedUpdates(table, stamps, total);
  const ceilings = items.filter(({ quality }) => quality === 'ceiling');
  return balanceUpdates(table, stamps, {
    ...items.map(countedCost).reduce(addChanges, noChange),
    requests: items.filter(({ evidence }) => evidence !== 'disproved').length,
    heldBySlot: heldBySlot(ceilings.map((item) => [item.model ?? '', countedCost(item).held])),
    unproven: nothingUnproven,
    unpriced:
      ceilings.length === 0 ? noUnpriced : new Set(ceilings.map(({ model = '' }) => unpricedLabel(model))),
    days: byDay(items, ({ timestamp }) => timestamp, countedCost),
  });
}
