import { InvokeCommand, LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import type { EnforceTask } from '../../contracts/workflows.ts';
import type { Sleep } from '../../use-cases/ports/time.ts';
import type { Enforcer } from '../../use-cases/ports/workflows.ts';
import { systemSleep } from '../runtime/system-time.ts';

/** The enforcer function ended with an error; its own log and the subject's state say which. */
export class EnforcerFailedError extends Error {
  override name = 'EnforcerFailedError';
}

export interface LambdaEnforcerOptions {
  /** Wait until IAM was read back. Else Lambda keeps the request and tries twice more. @default false */
  readonly wait?: boolean;
  /** @default real time */
  readonly sleep?: Sleep;
}

/** While all of the enforcer's hands are taken: so often, half a second to a second apart, about half a minute in all. */
const handTries = 40;
const handPauseMs = 500;

/** Asks the enforcer function to enforce one principal. */
export class LambdaEnforcer implements Enforcer {
  readonly #client: LambdaClient;
  readonly #functionName: string;
  readonly #wait: boolean;
  readonly #sleep: Sleep;

  constructor(
    functionName: string,
    { wait = false, sleep = systemSleep }: LambdaEnforcerOptions = {},
    client = new LambdaClient({ maxAttempts: wait ? 3 : 6 }),
  ) {
    this.#client = client;
    this.#functionName = functionName;
    this.#wait = wait;
    this.#sleep = sleep;
  }

  /** @throws EnforcerFailedError where it waits and the enforcer failed */
  async ask(subject: string): Promise<void> {
    const FunctionError = await this.#invoke({ subject, alone: true });
    if (FunctionError !== undefined) {
      throw new EnforcerFailedError(
        `The enforcer failed on ${subject}: its state says why, the sweep tries again.`,
      );
    }
  }

  /** A wave must not use up the SDK's own retries: where we wait, we wait for a free hand too. */
  async #invoke(task: EnforceTask): Promise<string | undefined> {
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      InvocationType: this.#wait ? 'RequestResponse' : 'Event',
      Payload: new TextEncoder().encode(JSON.stringify(task)),
    });
    for (let tries = this.#wait ? handTries : 1; ; tries--) {
      try {
        return (await this.#client.send(command)).FunctionError;
      } catch (error) {
        if (tries <= 1 || !(error instanceof TooManyRequestsException)) throw error;
        await this.#sleep(handPauseMs * (1 + Math.random()));
      }
    }
  }
}
