import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { ledgerSlots } from '../../domain/metering/ledger-key.ts';
import type { PostedSpans } from '../../use-cases/ports/evidence.ts';
import { ledgerEntryOf } from './ledger-items.ts';

/** Names that are read together. */
const atOnce = 10;

/** What is posted, by key range: a query a name and slot. */
export class DynamoDbPostedSpans implements PostedSpans {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #account: string;

  constructor(client: DynamoDBDocumentClient, table: string, account: string) {
    this.#client = client;
    this.#table = table;
    this.#account = account;
  }

  async of(names: readonly string[], region: string, from: Date, to: Date): Promise<readonly LedgerEntry[]> {
    const found: LedgerEntry[] = [];
    const day = from.toISOString().slice(0, 'yyyy-mm-dd'.length);
    const slots = Array.from({ length: ledgerSlots }, (_, slot) => slot);
    for (let start = 0; start < names.length; start += atOnce) {
      const some = names.slice(start, start + atOnce);
      const partitions = some.flatMap((name) =>
        slots.map((slot) => `${this.#account}#${name}#${day}#${slot}`),
      );
      const parts = await Promise.all(partitions.map((partition) => this.#partition(partition, from, to)));
      found.push(...parts.flat().filter((entry) => entry.region === region));
    }
    return found;
  }

  async #partition(partition: string, from: Date, to: Date): Promise<LedgerEntry[]> {
    const second = (at: Date) => at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        // Whole seconds have no fraction and others have, so the last character of a time is left out.
        KeyConditionExpression: 'pk = :partition AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':partition': partition, ':from': second(from), ':to': second(to) },
        ConsistentRead: true,
      },
    );
    const entries: LedgerEntry[] = [];
    for await (const { Items = [] } of pages) entries.push(...Items.map(ledgerEntryOf));
    return entries;
  }
}
