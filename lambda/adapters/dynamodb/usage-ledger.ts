import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LedgerKey } from '../../domain/metering/ledger-entry.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { noChange } from '../../domain/pricing/repricing.ts';
import { formatMicros, type Micros, type UsageCost, usageCost } from '../../domain/usage-events/quantity.ts';
import { type UsagePosting, usageEventKeys, usedKey } from '../../domain/usage-events/usage-event.ts';
import type { UsageLedger } from '../../use-cases/ports/ledger.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import type { LedgerTables, Retention } from './ledger.ts';
import {
  balanceUpdates,
  byDay,
  noneHeld,
  nothingUnproven,
  noUnpriced,
  type Stamps,
  untrustedUpdates,
} from './ledger-balances.ts';
import { setVersion, storedVersion, versioned } from './stored-version.ts';
import { batchGet, TableBusyError, type TransactItem, transactWrite } from './transact.ts';

const secondsOfDay = 86_400;
/** Others used the same free tier meanwhile: so often it is read and priced again. */
const attempts = 20;
const baseDelayMs = 10;
/** From the first event of a month to the last that is taken: the month, 35 days, and some. */
const usedDays = 75;

export class DynamoDbUsageLedger implements UsageLedger {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: LedgerTables;
  readonly #ledgerDays: number;
  readonly #sleep: Sleep;

  constructor(client: DynamoDBDocumentClient, tables: LedgerTables, { ledgerDays }: Retention, sleep: Sleep) {
    this.#client = client;
    this.#tables = tables;
    this.#ledgerDays = ledgerDays;
    this.#sleep = sleep;
  }

  async post(posting: UsagePosting): Promise<'posted' | 'duplicate' | 'reused-id'> {
    const { event, delivery } = posting;
    const key = event.price.free > 0n ? usedKey(event, posting.month) : undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = key && (await this.#used(key));
      const cost = usageCost(event.price, before ?? 0n, event.quantity);
      const items = [
        ...this.#puts(posting, cost),
        ...(key === undefined ? [] : [this.#use(key, before, posting)]),
        ...this.#balances(posting, cost.cost),
      ];
      const refusals = await transactWrite(this.#client, items, this.#sleep);
      if (refusals.length === 0) return 'posted';
      const found = refusals.find(({ index }) => index === 0)?.found;
      if (found !== undefined) {
        if (versioned('ledger item', found)['digest'] !== event.digest) return 'reused-id';
        // An earlier attempt at this delivery, whose answer was lost, has posted it.
        return found['delivery'] === delivery ? 'posted' : 'duplicate';
      }
      await this.#sleep(Math.random() * baseDelayMs * attempt);
    }
    throw new TableBusyError(`The free tier of ${key?.pk} changed ${attempts} times while it was priced.`);
  }

  async #used(key: LedgerKey): Promise<Micros | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.ledger, Key: key, ConsistentRead: true }),
    );
    const used = versioned('ledger item', Item)?.['micros'] as number | bigint | undefined;
    return used === undefined ? undefined : BigInt(used);
  }

  /** The id first: what stands there decides what the event is. */
  #puts(
    { event, delivery, role, team, windows }: UsagePosting,
    { cost, billable }: UsageCost,
  ): TransactItem[] {
    const { account, source, id, payer, meter, quantity, at, labels, digest, price, trusted } = event;
    const keys = usageEventKeys(event);
    // A day longer than an event is taken at all: an id is never free again while its event still is.
    const expiresAt = expiry(at, this.#ledgerDays + 1);
    const put = (Item: Record<string, unknown>): TransactItem => ({
      Put: {
        TableName: this.#tables.ledger,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        Item: { ...Item, v: storedVersion, digest, delivery, expiresAt },
      },
    });
    return [
      put({ ...keys.id }),
      put({
        ...keys.entry,
        ...{ account, source, eventId: id, principal: payer.id, role, team, windows, labels },
        ...{ trusted, cost, meter },
        timestamp: at,
        quantity: formatMicros(quantity),
        billable: formatMicros(billable),
        unitUsd: price.unitUsd,
      }),
    ];
  }

  #use(key: LedgerKey, before: Micros | undefined, { event }: UsagePosting): TransactItem {
    return {
      Update: {
        TableName: this.#tables.ledger,
        Key: key,
        UpdateExpression: `SET micros = :after, expiresAt = :expiresAt, ${setVersion}`,
        ConditionExpression: before === undefined ? 'attribute_not_exists(pk)' : 'micros = :before',
        ExpressionAttributeValues: {
          ':v': storedVersion,
          ':after': (before ?? 0n) + event.quantity,
          ':expiresAt': expiry(event.at, this.#ledgerDays + usedDays),
          ...(before === undefined ? {} : { ':before': before }),
        },
      },
    };
  }

  #balances({ event, role, team, windows }: UsagePosting, cost: NanoUsd): TransactItem[] {
    const stamps: Stamps = { principal: event.payer.id, role, team, windows };
    if (event.trusted) {
      const gain = {
        ...{ spent: cost, ceiling: 0n, requests: 1, unpriced: noUnpriced },
        ...{ heldBySlot: noneHeld, unproven: nothingUnproven },
        days: byDay(
          [event],
          ({ at }) => at,
          () => ({ ...noChange, spent: cost }),
        ),
      };
      return balanceUpdates(this.#tables.budgets, stamps, gain);
    }
    return untrustedUpdates(this.#tables.budgets, stamps, cost);
  }
}

/** What was used of free tiers, millionths of a unit, by the key's partition; what nobody used is missing. */
export async function usedOfFreeTiers(
  client: DynamoDBDocumentClient,
  ledger: string,
  keys: readonly LedgerKey[],
  sleep: Sleep,
): Promise<ReadonlyMap<string, Micros>> {
  const items = await batchGet(client, ledger, keys, sleep, { consistent: true });
  return new Map(items.map(({ pk, micros }) => [pk as string, BigInt(micros as number | bigint)]));
}

const expiry = (at: string, days: number) => Math.floor(Date.parse(at) / 1000) + days * secondsOfDay;
