import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { KnownPrincipal, PrincipalRegistry } from '../../use-cases/ports/subjects.ts';
import type { Clock, Sleep } from '../../use-cases/ports/time.ts';
import { TimedMap } from '../runtime/timed-map.ts';
import { memberPrefix, sortKeys } from './keys.ts';
import { dueItemOf } from './subject-items.ts';
import { batchGet, type Item, transactWrite } from './transact.ts';

/** Saves a read with almost every delivery; another environment's news is seen so much later. */
const cachedMs = 10 * 60_000;
/** Longer than the longest window: a principal that was not seen for so long has no hold left. */
const membershipDays = 40;

/** What is remembered of principals from IAM, in their partitions of user-budgets, and who draws from which pool. */
export class DynamoDbPrincipals implements PrincipalRegistry {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #cache = new TimedMap<KnownPrincipal>();

  constructor(client: DynamoDBDocumentClient, table: string, clock: Clock, sleep: Sleep) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
    this.#sleep = sleep;
  }

  async find(principals: readonly string[]): Promise<ReadonlyMap<string, KnownPrincipal>> {
    const now = this.#clock();
    const found = new Map<string, KnownPrincipal>();
    for (const principal of principals) {
      const known = this.#cache.get(principal, now);
      if (known !== undefined) found.set(principal, known);
    }
    const keys = principals
      .filter((principal) => !found.has(principal))
      .map((pk) => ({ pk, sk: sortKeys.iam }));
    const items = await batchGet(this.#client, this.#table, keys, this.#sleep, { consistent: false });
    for (const item of items) {
      const known = knownOf(item);
      found.set(String(item['pk']), known);
      this.#cache.set(String(item['pk']), known, now, cachedMs);
    }
    return found;
  }

  async remember(
    principal: string,
    known: KnownPrincipal,
    before: KnownPrincipal | undefined,
  ): Promise<void> {
    const { team, tier, contact, uniqueId, seenAt, memberOf = team } = known;
    const put = (Item: Item) => ({ Put: { TableName: this.#table, Item } });
    const expiresAt = Math.floor(seenAt.getTime() / 1000) + membershipDays * 86_400;
    await transactWrite(
      this.#client,
      [
        put({
          ...{ pk: principal, sk: sortKeys.iam, team, tier, contact, uniqueId },
          seenAt: seenAt.toISOString(),
        }),
        ...(memberOf === undefined ? [] : [put({ pk: memberOf, sk: memberPrefix + principal, expiresAt })]),
        // A hold of the old pool has to go, and one of the new pool to come; another tier is another budget.
        ...(before === undefined || (before.team === team && before.tier === tier)
          ? []
          : [
              put({ pk: principal, sk: sortKeys.evaluate, by: randomUUID() }),
              put(dueItemOf(principal, this.#clock())),
            ]),
      ],
      this.#sleep,
    );
    this.#cache.set(principal, known, this.#clock(), cachedMs);
  }
}

const knownOf = (item: Item): KnownPrincipal => ({
  team: item['team'] as string | undefined,
  tier: item['tier'] as string | undefined,
  contact: item['contact'] as string | undefined,
  uniqueId: String(item['uniqueId']),
  seenAt: new Date(String(item['seenAt'])),
});
