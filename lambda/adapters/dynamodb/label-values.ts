import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LabelKey, LabelValues } from '../../use-cases/ports/ledger.ts';
import { labelPrefix } from './keys.ts';
import type { Item } from './transact.ts';

const secondsKept = 70 * 86_400;

interface Known {
  readonly values: Set<string>;
  /** No more will ever be let in. */
  full: boolean;
}

/**
 * The distinct values of each label, a set an item in the deployment's own partition of user-budgets. A value costs one
 * write the first time that anyone sees it, and nothing once the set is full.
 */
export class DynamoDbLabelValues implements LabelValues {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  #known = new Map<string, Known>();

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async admit(label: LabelKey, values: readonly string[]): Promise<ReadonlySet<string>> {
    const known = await this.#knownOf(label);
    for (const value of values) {
      if (!known.full && !known.values.has(value)) await this.#add(label, value, known);
    }
    return known.values;
  }

  async #knownOf(label: LabelKey): Promise<Known> {
    const name = sortKeyOf(label);
    const before = this.#known.get(name);
    if (before !== undefined) return before;
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key: keyOf(label) }));
    const known = { values: valuesIn(Item), full: false };
    // A new month is a new set of each key: those of the last one are let go.
    for (const old of this.#known.keys()) {
      if (!old.startsWith(`${labelPrefix}${label.month}`)) this.#known.delete(old);
    }
    this.#known.set(name, known);
    return known;
  }

  async #add(label: LabelKey, value: string, known: Known): Promise<void> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: keyOf(label),
          UpdateExpression: 'ADD #values :one SET #expiresAt = if_not_exists(#expiresAt, :expiresAt)',
          ConditionExpression:
            'attribute_not_exists(#values) OR size(#values) < :most OR contains(#values, :value)',
          ExpressionAttributeNames: { '#values': 'values', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: {
            ':one': new Set([value]),
            ':value': value,
            ':most': label.most,
            ':expiresAt': Date.parse(`${label.month}-01`) / 1000 + secondsKept,
          },
        }),
      );
      known.values.add(value);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { Item } = await this.#client.send(
        new GetCommand({ TableName: this.#table, Key: keyOf(label), ConsistentRead: true }),
      );
      for (const admitted of valuesIn(Item)) known.values.add(admitted);
      known.full = true;
    }
  }
}

const sortKeyOf = ({ month, key }: LabelKey) => `${labelPrefix}${month}#${key}`;
const keyOf = (label: LabelKey) => ({ pk: 'deployment', sk: sortKeyOf(label) });
const valuesIn = (item: Item | undefined): Set<string> =>
  new Set((item?.['values'] as Set<string> | undefined) ?? []);
