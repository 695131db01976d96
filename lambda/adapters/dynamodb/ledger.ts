import { createHash } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { accountSubject, slotsOf } from '../../domain/control/subject.ts';
import type { LedgerEntry, LedgerKey } from '../../domain/metering/ledger-entry.ts';
import type { Ledger, PostResult, QuarantinedLine, Sleep } from '../../use-cases/ports.ts';
import { balanceKey } from './keys.ts';
import { batchGet, maxTransactItems, type TransactItem, transactWrite } from './transact.ts';

export interface LedgerTables {
  readonly ledger: string;
  readonly budgets: string;
}

/** How long ledger items and quarantine pointers are kept. */
export interface Retention {
  readonly ledgerDays: number;
}

const secondsOfDay = 86_400;

export class DynamoDbLedger implements Ledger {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: LedgerTables;
  readonly #retention: Retention;
  readonly #sleep: Sleep;

  constructor(client: DynamoDBDocumentClient, tables: LedgerTables, retention: Retention, sleep: Sleep) {
    this.#client = client;
    this.#tables = tables;
    this.#retention = retention;
    this.#sleep = sleep;
  }

  async existing(keys: readonly LedgerKey[]): Promise<ReadonlyMap<string, string>> {
    const distinct = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
    const items = await batchGet(this.#client, this.#tables.ledger, distinct, this.#sleep, {
      consistent: false,
      attributes: 'pk, sk, delivery',
    });
    return new Map(items.map(({ pk, sk, delivery }) => [`${pk} ${sk}`, String(delivery)]));
  }

  async post(entries: readonly LedgerEntry[]): Promise<PostResult> {
    // Two copies in one transaction would be refused as a whole: the second is a duplicate before it is sent.
    const distinct = [
      ...new Map(entries.map((entry) => [`${entry.key.pk} ${entry.key.sk}`, entry])).values(),
    ];
    const posted: LedgerEntry[] = [];
    const duplicates = entries.filter((entry) => !distinct.includes(entry));
    const first = entries[0];
    const room = maxTransactItems - (first === undefined ? 0 : Object.values(first.windows).flat().length);
    for (let start = 0; start < distinct.length; start += room) {
      const outcome = await this.#postOnce(distinct.slice(start, start + room));
      posted.push(...outcome.posted);
      duplicates.push(...outcome.duplicates);
    }
    return { posted, duplicates };
  }

  /** One transaction, sent again without the entries that turn out to be posted already. */
  async #postOnce(entries: readonly LedgerEntry[]): Promise<PostResult> {
    const posted: LedgerEntry[] = [];
    const duplicates: LedgerEntry[] = [];
    let rest = [...entries];
    while (rest.length > 0) {
      const items = [...rest.map((entry) => this.#ledgerPut(entry)), ...this.#balanceUpdates(rest)];
      const refusals = await transactWrite(this.#client, items, this.#sleep);
      if (refusals.length === 0) return { posted: [...posted, ...rest], duplicates };
      const refused = new Map(refusals.map(({ index, found }) => [rest[index], found]));
      for (const [entry, found] of refused) {
        if (entry === undefined) continue;
        // An earlier attempt at this delivery, whose answer was lost, has posted it.
        (found?.['delivery'] === entry.delivery ? posted : duplicates).push(entry);
      }
      rest = rest.filter((entry) => !refused.has(entry));
    }
    return { posted, duplicates };
  }

  #ledgerPut(entry: LedgerEntry): TransactItem {
    const { key, charge, timestamp, ...rest } = entry;
    const { cost, ...price } = charge;
    return {
      Put: {
        TableName: this.#tables.ledger,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        Item: {
          ...key,
          ...rest,
          ...price,
          timestamp,
          cost,
          expiresAt: Math.floor(Date.parse(timestamp) / 1000) + this.#retention.ledgerDays * secondsOfDay,
        },
      },
    };
  }

  #balanceUpdates(entries: readonly LedgerEntry[]): TransactItem[] {
    const first = entries[0];
    if (first === undefined) return [];
    const { principal, team, windows } = first;
    const sum = (wanted: boolean) =>
      entries
        .filter(({ charge }) => (charge.quality === 'ceiling') === wanted)
        .reduce((total, { charge }) => total + charge.cost, 0n);
    const amounts = { ':spent': sum(false), ':ceiling': sum(true), ':requests': entries.length };
    const keys = [
      ...windows.principal.map((window) => balanceKey(principal, window, 0)),
      ...(team === undefined
        ? []
        : windows.team.map((window) => balanceKey(team, window, slotOf(principal, 'team')))),
      ...windows.account.map((window) => balanceKey(accountSubject, window, slotOf(principal, 'account'))),
    ];
    return keys.map((Key) => ({
      Update: {
        TableName: this.#tables.budgets,
        Key,
        UpdateExpression: 'ADD spent :spent, ceiling :ceiling, requests :requests',
        ExpressionAttributeValues: amounts,
      },
    }));
  }

  async quarantine(lines: readonly QuarantinedLine[], at: Date): Promise<void> {
    for (const { source, sha256, reason } of lines) {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tables.ledger,
          Item: {
            pk: `quarantine#${at.toISOString().slice(0, 10)}`,
            sk: sha256,
            source,
            reason,
            at: at.toISOString(),
            expiresAt: Math.floor(at.getTime() / 1000) + this.#retention.ledgerDays * secondsOfDay,
          },
        }),
      );
    }
  }
}

/** A payer always posts to the same slot of a shared balance. */
function slotOf(principal: string, scope: 'team' | 'account'): number {
  return createHash('sha256').update(principal).digest().readUInt32BE(0) % slotsOf(scope);
}
