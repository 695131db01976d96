import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PriceListCheck, PriceListChecks } from '../../use-cases/ports/upkeep.ts';
import { storedVersion, versioned } from './stored-version.ts';

/** No subject: this partition is the deployment's own, and the function's role may touch no other. */
const key = { pk: 'deployment', sk: 'PRICES' } as const;

/** When the price list was last checked, and what was reported. */
export class DynamoDbPriceListChecks implements PriceListChecks {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async last(): Promise<PriceListCheck | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key: key }));
    if (Item === undefined) return undefined;
    const { at, reported, confirmed } = versioned('record of price checks', Item) as Partial<PriceListCheck>;
    return { at: at ?? '', reported, confirmed: confirmed ?? {} };
  }

  async save(look: PriceListCheck): Promise<void> {
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...key, v: storedVersion, ...look } }),
    );
  }
}
