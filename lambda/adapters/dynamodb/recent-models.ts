import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ledgerSlots } from '../../domain/metering/ledger-key.ts';
import { type ModelShare, sharesOf } from '../../domain/notify/figures.ts';
import { ledgerNameOf } from '../../domain/principal.ts';
import type { RecentModels } from '../../use-cases/ports/messages.ts';
import { documentClient } from './client.ts';

/** Of each slot of the day; 200 calls tell which models drive a budget. */
const callsASlot = 50;
const patienceMs = 2_000;
const dayLength = 'yyyy-mm-dd'.length;

/**
 * What a principal called lately, from the ledger: one page of each of a day's four slots, the newest first, some 25 read
 * units an alert. A message is not worth waiting for a throttled ledger: without an answer in two seconds the models are
 * left out.
 */
export class DynamoDbRecentModels implements RecentModels {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(table: string, client = documentClient(new DynamoDBClient({ maxAttempts: 2 }))) {
    this.#client = client;
    this.#table = table;
  }

  async of(principal: string, at: Date, account: string): Promise<readonly ModelShare[]> {
    const day = at.toISOString().slice(0, dayLength);
    const partition = `${account}#${ledgerNameOf(principal)}#${day}`;
    try {
      const slots = Array.from({ length: ledgerSlots }, (_, slot) => this.#latest(`${partition}#${slot}`));
      const calls = (await Promise.all(slots)).flat();
      return sharesOf(calls.filter((call) => call.principal === principal));
    } catch {
      return [];
    }
  }

  async #latest(pk: string): Promise<(ModelShare & { readonly principal: string })[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ExpressionAttributeNames: { '#cost': 'cost', '#model': 'model' },
        ProjectionExpression: '#cost, #model, principal',
        ScanIndexForward: false,
        Limit: callsASlot,
      }),
      { abortSignal: AbortSignal.timeout(patienceMs) },
    );
    return Items.map((item) => ({
      principal: String(item['principal']),
      model: String(item['model']),
      spent: BigInt(item['cost'] as number | bigint),
    }));
  }
}
