import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { HeldState } from '../../domain/iam-events/compare-carriers.ts';
import type { PrincipalStates, Subjects } from '../../use-cases/ports/subjects.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import { sortKeys } from './keys.ts';
import { stateOf } from './stored-version.ts';
import { batchGet } from './transact.ts';

/** After each hundred states: about 50 read units a second, so that metering does not feel it. */
const pauseMs = 1_000;
const portionSize = 100;

/** The states of every principal, from the list of principals and then by key: each costs half a read unit. */
export class DynamoDbPrincipalStates implements PrincipalStates {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #subjects: Pick<Subjects, 'listPrincipals'>;
  readonly #sleep: Sleep;

  constructor(
    client: DynamoDBDocumentClient,
    table: string,
    subjects: Pick<Subjects, 'listPrincipals'>,
    sleep: Sleep,
  ) {
    this.#client = client;
    this.#table = table;
    this.#subjects = subjects;
    this.#sleep = sleep;
  }

  async *all(): AsyncGenerator<readonly HeldState[]> {
    let first = true;
    for await (const entries of this.#subjects.listPrincipals('')) {
      for (let start = 0; start < entries.length; start += portionSize) {
        if (!first) await this.#sleep(pauseMs);
        first = false;
        yield await this.#states(entries.slice(start, start + portionSize).map(({ subject }) => subject));
      }
    }
  }

  async #states(subjects: readonly string[]): Promise<HeldState[]> {
    const keys = subjects.map((pk) => ({ pk, sk: sortKeys.state }));
    const items = await batchGet(this.#client, this.#table, keys, this.#sleep, {
      consistent: false,
    });
    return items.flatMap((item) => {
      const state = stateOf(item);
      return state === undefined ? [] : [{ subject: String(item['pk']), state }];
    });
  }
}
