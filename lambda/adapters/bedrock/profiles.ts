import {
  BedrockClient,
  GetInferenceProfileCommand,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock';
import type { ProfileDirectory } from '../../use-cases/ports/ledger.ts';
import type { Clock } from '../../use-cases/ports/time.ts';
import { LookUps, lookUpEach } from '../runtime/look-ups.ts';
import { TimedMap } from '../runtime/timed-map.ts';

/** Someone may be about to grant a right, or the call to be throttled no more. */
const retryAfterMs = 5 * 60_000;

/**
 * The application inference profiles of this account and Region. All are read at the first call that needs one, the
 * rest one by one. A profile's models never change, so an answer holds for good.
 */
export class BedrockProfiles implements ProfileDirectory {
  readonly #client: BedrockClient;
  readonly #lookUps: LookUps;
  readonly #clock: Clock;
  readonly #report: (problem: string, error: unknown) => void;
  readonly #models = new TimedMap<readonly string[]>();
  /** Profiles, and the list itself under the empty name, that are not asked for again for a while. */
  readonly #rests = new TimedMap<true>();
  #listed = false;

  constructor(
    clock: Clock,
    report: (problem: string, error: unknown) => void,
    client = new BedrockClient({ maxAttempts: 5 }),
  ) {
    this.#clock = clock;
    this.#lookUps = new LookUps(clock);
    this.#report = report;
    this.#client = client;
  }

  async modelsOf(profileArns: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const unknown = () => profileArns.filter((arn) => this.#models.get(arn, this.#clock()) === undefined);
    if (unknown().length > 0) {
      await this.#lookUps.round(async (signal) => {
        await this.#list(signal);
        const askable = unknown().filter((arn) => this.#rests.get(arn, this.#clock()) === undefined);
        await lookUpEach(askable, signal, (arn) => this.#get(arn, signal));
      });
    }
    return new Map(
      profileArns.flatMap((arn) => {
        const models = this.#models.get(arn, this.#clock());
        return models === undefined ? [] : [[arn, models] as const];
      }),
    );
  }

  /** Once for each execution environment; what is made later is asked for by itself. */
  async #list(abortSignal: AbortSignal): Promise<void> {
    if (this.#listed || this.#rests.get('', this.#clock())) return;
    try {
      const pages = paginateListInferenceProfiles(
        { client: this.#client, pageSize: 1000 },
        { typeEquals: 'APPLICATION' },
        { abortSignal },
      );
      for await (const { inferenceProfileSummaries = [] } of pages) {
        for (const { inferenceProfileArn, models } of inferenceProfileSummaries) {
          this.#keep(inferenceProfileArn, models);
        }
      }
      this.#listed = true;
    } catch (error) {
      this.#rest('', 'Bedrock does not list the application inference profiles.', error);
    }
  }

  async #get(arn: string, abortSignal: AbortSignal): Promise<void> {
    try {
      const command = new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn });
      const { models } = await this.#client.send(command, { abortSignal });
      this.#keep(arn, models);
    } catch (error) {
      this.#rest(arn, `Bedrock does not tell what stands behind ${arn}.`, error);
    }
  }

  #keep(arn: string | undefined, models: readonly { readonly modelArn?: string | undefined }[] = []): void {
    const modelArns = models.flatMap(({ modelArn }) => (modelArn === undefined ? [] : [modelArn]));
    if (arn !== undefined) this.#models.set(arn, modelArns, this.#clock(), Number.POSITIVE_INFINITY);
  }

  #rest(name: string, problem: string, error: unknown): void {
    this.#rests.set(name, true, this.#clock(), retryAfterMs);
    this.#report(problem, error);
  }
}
