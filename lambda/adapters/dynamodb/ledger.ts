import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unpricedLabel } from '../../domain/control/grace.ts';
import { unprovenOf } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { isLive } from '../../domain/pace/live-spend.ts';
import {
  bestInformed,
  counted,
  heldBySlot,
  type Repricing,
  upgrade,
} from '../../domain/pricing/repricing.ts';
import type { Ledger, PostResult, QuarantinedLine } from '../../use-cases/ports/ledger.ts';
import type { Clock, Sleep } from '../../use-cases/ports/time.ts';
import { systemClock } from '../runtime/system-time.ts';
import { balanceCount, balanceUpdates, byDay, byStamps, type Stamps, sumOf } from './ledger-balances.ts';
import { ledgerEntryOf, ledgerItem, repriceItem } from './ledger-items.ts';
import { movedStamps, movesOf, repricedBalances } from './ledger-moves.ts';
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
  readonly #clock: Clock;

  /** @param clock tells what is being spent now from what comes late */
  constructor(
    client: DynamoDBDocumentClient,
    tables: LedgerTables,
    retention: Retention,
    sleep: Sleep,
    clock: Clock = systemClock,
  ) {
    this.#client = client;
    this.#tables = tables;
    this.#retention = retention;
    this.#sleep = sleep;
    this.#clock = clock;
  }

  async existing(entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, string>> {
    const copies = copiesOf(entries);
    const keys = [...copies.values()].map(([{ key }]) => key);
    // All attributes: what a copy may improve on is read at the same price as the key alone.
    const items = await batchGet(this.#client, this.#tables.ledger, keys, this.#sleep, { consistent: false });
    const posted = items.map(ledgerEntryOf);
    return new Map(
      posted
        .filter((entry) => copies.get(idOf(entry))?.every((copy) => upgrade(entry, copy) === undefined))
        .map((entry) => [idOf(entry), entry.delivery]),
    );
  }

  async post(entries: readonly LedgerEntry[]): Promise<PostResult> {
    // Two copies in one transaction would be refused as a whole: all but one are duplicates before they are sent.
    const distinct = [...copiesOf(entries).values()].map(bestInformed);
    const chosen = new Set(distinct);
    const posted: LedgerEntry[] = [];
    const duplicates = entries.filter((entry) => !chosen.has(entry));
    for (const portion of portions(distinct, (entry) => entry)) {
      const outcome = await this.#postOnce(portion);
      posted.push(...outcome.posted);
      duplicates.push(...outcome.duplicates);
    }
    return { posted, duplicates };
  }

  async reprice(repricings: readonly Repricing[]): Promise<readonly LedgerEntry[]> {
    const distinct = [...new Map(repricings.map((each) => [idOf(each.from), each])).values()];
    const changed: LedgerEntry[] = [];
    for (const moves of movesOf(distinct)) {
      for (const group of byStamps(moves, movedStamps)) {
        for (const portion of portions(group, movedStamps)) {
          changed.push(...(await this.#repriceOnce(portion)));
        }
      }
    }
    return changed;
  }

  /** One transaction, sent again without the entries that turn out to be posted already. */
  async #postOnce(entries: readonly LedgerEntry[]): Promise<PostResult> {
    const posted: LedgerEntry[] = [];
    const duplicates: LedgerEntry[] = [];
    const upgrades: Repricing[] = [];
    let rest = [...entries];
    while (rest.length > 0) {
      const items = [...rest.map((entry) => this.#ledgerPut(entry)), ...this.#postedBalances(rest)];
      const refusals = await transactWrite(this.#client, items, this.#sleep);
      if (refusals.length === 0) break;
      for (const { index, found } of refusals) {
        const entry = rest[index];
        if (entry === undefined) continue;
        // An earlier attempt at this delivery, whose answer was lost, has posted it.
        (found?.['delivery'] === entry.delivery ? posted : duplicates).push(entry);
        upgrades.push(...better(found && ledgerEntryOf(found), entry));
      }
      const refused = new Set(refusals.map(({ index }) => index));
      rest = rest.filter((_, index) => !refused.has(index));
    }
    await this.#upgrade(upgrades);
    return { posted: [...posted, ...rest], duplicates };
  }

  /** Until nothing that is posted can learn from the copies; each round that fails has met something better informed. */
  async #upgrade(upgrades: readonly Repricing[]): Promise<void> {
    const copies = new Map(upgrades.map(({ to }) => [idOf(to), to]));
    let rest = upgrades;
    while (rest.length > 0) {
      const changed = await this.reprice(rest);
      rest = changed.flatMap((entry) => better(entry, copies.get(idOf(entry))));
    }
  }

  /** One transaction, sent again without the entries that are no longer what was read; answers these. */
  async #repriceOnce(repricings: readonly Repricing[]): Promise<readonly LedgerEntry[]> {
    const changed: LedgerEntry[] = [];
    let rest = [...repricings];
    while (rest.length > 0) {
      const items = [
        ...rest.map((each) => repriceItem(this.#tables.ledger, each)),
        ...repricedBalances(this.#tables.budgets, rest),
      ];
      const refusals = await transactWrite(this.#client, items, this.#sleep);
      if (refusals.length === 0) break;
      // What expired meanwhile is gone for good, and its money stays where it was.
      changed.push(...refusals.flatMap(({ found }) => (found === undefined ? [] : ledgerEntryOf(found))));
      const refused = new Set(refusals.map(({ index }) => index));
      rest = rest.filter((_, index) => !refused.has(index));
    }
    return changed;
  }

  #ledgerPut(entry: LedgerEntry): TransactItem {
    return {
      Put: {
        TableName: this.#tables.ledger,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        Item: ledgerItem(
          isLive(entry.timestamp, this.#clock()) ? entry : { ...entry, late: true },
          this.#retention.ledgerDays,
        ),
      },
    };
  }

  #postedBalances(entries: readonly LedgerEntry[]): TransactItem[] {
    const [first] = entries;
    if (first === undefined) return [];
    const unpriced = entries.filter(({ charge }) => charge.quality === 'ceiling');
    const now = this.#clock();
    const live = entries.filter(({ timestamp }) => isLive(timestamp, now));
    return balanceUpdates(this.#tables.budgets, first, {
      ...sumOf(entries.map(counted)),
      requests: entries.length,
      ...(live.length > 0 && { live: { ...sumOf(live.map(counted)), requests: live.length } }),
      newestCall: newestOf(entries),
      unproven: unprovenOf(entries),
      days: byDay(entries, ({ timestamp }) => timestamp, counted),
      unpriced: new Set(unpriced.map(({ charge }) => unpricedLabel(charge.model))),
      heldBySlot: heldBySlot(entries.map((entry) => [entry.charge.model, counted(entry).held])),
    });
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

const newestOf = (entries: readonly LedgerEntry[]): string =>
  new Date(Math.max(...entries.map(({ timestamp }) => Date.parse(timestamp)))).toISOString();

const idOf = ({ key }: LedgerEntry) => `${key.pk} ${key.sk}`;

const better = (posted: LedgerEntry | undefined, copy: LedgerEntry | undefined): Repricing[] =>
  [posted && copy && upgrade(posted, copy)].filter((each) => each !== undefined);

/** Entries by request; most have one copy. */
function copiesOf(entries: readonly LedgerEntry[]): Map<string, [LedgerEntry, ...LedgerEntry[]]> {
  const copies = new Map<string, [LedgerEntry, ...LedgerEntry[]]>();
  for (const entry of entries) {
    const others = copies.get(idOf(entry));
    if (others === undefined) copies.set(idOf(entry), [entry]);
    else others.push(entry);
  }
  return copies;
}

/** What fits into one transaction beside the balances of these stamps, which all share. */
function portions<T>(all: readonly T[], stampsOf: (one: T) => Stamps): T[][] {
  const [first] = all;
  if (first === undefined) return [];
  const room = maxTransactItems - balanceCount(stampsOf(first));
  const count = Math.ceil(all.length / room);
  return Array.from({ length: count }, (_, index) => all.slice(index * room, (index + 1) * room));
}
