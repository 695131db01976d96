import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { slotsOf } from '../../domain/control/subject.ts';
import type { Span } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { accountSubject } from '../../domain/subject.ts';
import type { Claimant, UnprovenBalance, UnprovenBalances } from '../../use-cases/ports/evidence.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import { unprovenPrefix, unprovenSpans } from './balance-items.ts';
import { balanceKey, dueIndex, principalShard } from './keys.ts';
import { balanceKeys, slotOf } from './ledger-balances.ts';
import { batchGet, type Item } from './transact.ts';

/** Principals whose balances are read together. */
const atOnce = 30;
const principalPage = 250;

/** What is unproven, in the attributes of balances. */
export class DynamoDbUnprovenBalances implements UnprovenBalances {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #sleep: Sleep;

  constructor(client: DynamoDBDocumentClient, table: string, sleep: Sleep) {
    this.#client = client;
    this.#table = table;
    this.#sleep = sleep;
  }

  async ofAccount(windows: readonly string[]): Promise<ReadonlyMap<Span, readonly UnprovenBalance[]>> {
    const slots = Array.from({ length: slotsOf('account') }, (_, slot) => slot);
    const keys = windows.flatMap((window) => slots.map((slot) => balanceKey(accountSubject, window, slot)));
    const items = await batchGet(this.#client, this.#table, keys, this.#sleep, { consistent: true });
    const bySpan = new Map<Span, UnprovenBalance[]>();
    for (const item of items) {
      for (const [span, amount] of unprovenSpans(item)) {
        const key = { pk: String(item['pk']), sk: String(item['sk']) };
        bySpan.set(span, [...(bySpan.get(span) ?? []), { key, amount }]);
      }
    }
    return bySpan;
  }

  async claimants(
    span: Span,
    shared: readonly UnprovenBalance[],
    windows: readonly string[],
  ): Promise<readonly Claimant[]> {
    const slots = new Set(shared.map(({ key }) => Number(key.sk.split('#').at(-1))));
    const found: Claimant[] = [];
    for await (const names of this.#principals()) {
      const there = names.filter((name) => slots.has(slotOf(name, 'account')));
      for (let start = 0; start < there.length; start += atOnce) {
        const some = there.slice(start, start + atOnce);
        const keys = some.flatMap((name) => windows.map((window) => balanceKey(name, window, 0)));
        const items = await batchGet(this.#client, this.#table, keys, this.#sleep, { consistent: true });
        const claiming = new Set(
          items.filter((item) => unprovenSpans(item).has(span)).map(({ pk }) => String(pk)),
        );
        for (const principal of claiming)
          found.push({ principal, balances: await this.#balancesOf(principal, span, windows) });
      }
    }
    return found;
  }

  async ofPools(span: Span, entries: readonly LedgerEntry[]): Promise<readonly UnprovenBalance[]> {
    const keys = entries.flatMap((entry) =>
      balanceKeys({ ...entry, windows: { ...entry.windows, principal: [], account: [] } }),
    );
    const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
    const items = await batchGet(this.#client, this.#table, distinct, this.#sleep, { consistent: true });
    return items.flatMap((item) => unprovenIn(item, span));
  }

  async clear(span: Span, balances: readonly UnprovenBalance[]): Promise<boolean> {
    const all = await Promise.all(balances.map((balance) => this.#clearOne(span, balance)));
    return all.every((cleared) => cleared);
  }

  async #clearOne(span: Span, { key, amount }: UnprovenBalance): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { ...key },
          UpdateExpression: 'REMOVE #span',
          ConditionExpression: '#span = :read',
          ExpressionAttributeNames: { '#span': unprovenPrefix + span },
          ExpressionAttributeValues: { ':read': amount },
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // A claim came meanwhile, or somebody else has cleared it.
      return false;
    }
  }

  /** Limits of some models have balances of their own beside the window's. */
  async #balancesOf(
    principal: string,
    span: Span,
    windows: readonly string[],
  ): Promise<readonly UnprovenBalance[]> {
    const found: UnprovenBalance[] = [];
    for (const window of windows) {
      const { Items = [] } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :principal AND begins_with(sk, :window)',
          ExpressionAttributeValues: { ':principal': principal, ':window': `BAL#${window}` },
          ConsistentRead: true,
        }),
      );
      found.push(...Items.flatMap((item) => unprovenIn(item, span)));
    }
    return found;
  }

  async *#principals(): AsyncGenerator<readonly string[]> {
    const pages = paginateQuery(
      { client: this.#client, pageSize: principalPage },
      {
        TableName: this.#table,
        IndexName: dueIndex,
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': principalShard },
      },
    );
    for await (const { Items = [] } of pages) yield Items.map(({ pk }) => String(pk));
  }
}

function unprovenIn(item: Item, span: Span): UnprovenBalance[] {
  const amount = unprovenSpans(item).get(span);
  const key = { pk: String(item['pk']), sk: String(item['sk']) };
  return amount === undefined ? [] : [{ key, amount }];
}
