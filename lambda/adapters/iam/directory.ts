import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import type { IamRecord, IamTarget } from '../../use-cases/ports/iam.ts';
import type { IamDirectory } from '../../use-cases/ports/subjects.ts';
import type { Clock } from '../../use-cases/ports/time.ts';
import { LookUps, lookUpEach } from '../runtime/look-ups.ts';
import { TimedMap } from '../runtime/timed-map.ts';
import { iamRecordOf } from './record.ts';

/** A role with many sessions is asked for once in so long, not once a session. */
const freshMs = 10 * 60_000;
const retryAfterMs = 5 * 60_000;

/** Users and roles of this account, as IAM describes them: one call tells path, unique id and all tags. */
export class AwsIamDirectory implements IamDirectory {
  readonly #client: IAMClient;
  readonly #lookUps: LookUps;
  readonly #clock: Clock;
  readonly #report: (problem: string, error: unknown, principal: string) => void;
  readonly #records = new TimedMap<IamRecord>();
  readonly #rests = new TimedMap<true>();

  constructor(
    clock: Clock,
    report: (problem: string, error: unknown, principal: string) => void,
    client = new IAMClient({ maxAttempts: 5 }),
  ) {
    this.#clock = clock;
    this.#lookUps = new LookUps(clock);
    this.#report = report;
    this.#client = client;
  }

  async find(targets: readonly IamTarget[]): Promise<ReadonlyMap<string, IamRecord>> {
    const askable = targets.filter((target) => {
      const id = idOf(target);
      return [this.#records, this.#rests].every((answers) => answers.get(id, this.#clock()) === undefined);
    });
    if (askable.length > 0) {
      await this.#lookUps.round((signal) =>
        lookUpEach(askable, signal, (target) => this.#ask(target, signal)),
      );
    }
    return new Map(
      targets.flatMap((target) => {
        const record = this.#records.get(idOf(target), this.#clock());
        return record === undefined ? [] : [[idOf(target), record] as const];
      }),
    );
  }

  async #ask(target: IamTarget, abortSignal: AbortSignal): Promise<void> {
    const id = idOf(target);
    try {
      this.#records.set(id, await this.#get(target, abortSignal), this.#clock(), freshMs);
    } catch (error) {
      this.#rests.set(id, true, this.#clock(), retryAfterMs);
      this.#report(`IAM does not tell about ${id}: its team is what was known of it.`, error, id);
    }
  }

  async #get({ type, name }: IamTarget, abortSignal: AbortSignal): Promise<IamRecord> {
    if (type === 'user') {
      const { User } = await this.#client.send(new GetUserCommand({ UserName: name }), { abortSignal });
      return iamRecordOf({ ...User, Id: User?.UserId });
    }
    const { Role } = await this.#client.send(new GetRoleCommand({ RoleName: name }), { abortSignal });
    return iamRecordOf({ ...Role, Id: Role?.RoleId });
  }
}

const idOf = ({ type, name }: IamTarget) => `${type}/${name}`;
