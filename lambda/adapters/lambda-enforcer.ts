import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { EnforceTask } from '../contracts/workflows.ts';
import type { Enforcer } from '../use-cases/ports.ts';

/** The enforcer function ended with an error; its own log and the subject's state say which. */
export class EnforcerFailedError extends Error {
  override name = 'EnforcerFailedError';
}

export interface LambdaEnforcerOptions {
  /** Wait until IAM was read back. Else Lambda keeps the request and tries twice more. @default false */
  readonly wait?: boolean;
}

/** Asks the enforcer function to see to one principal. */
export class LambdaEnforcer implements Enforcer {
  readonly #client: LambdaClient;
  readonly #functionName: string;
  readonly #wait: boolean;

  constructor(
    functionName: string,
    { wait = false }: LambdaEnforcerOptions = {},
    client = new LambdaClient({ maxAttempts: 6 }),
  ) {
    this.#client = client;
    this.#functionName = functionName;
    this.#wait = wait;
  }

  /** @throws EnforcerFailedError where it waits and the enforcer failed */
  async ask(subject: string): Promise<void> {
    const task: EnforceTask = { subject, alone: true };
    const { FunctionError } = await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: this.#wait ? 'RequestResponse' : 'Event',
        Payload: new TextEncoder().encode(JSON.stringify(task)),
      }),
    );
    if (FunctionError !== undefined) {
      throw new EnforcerFailedError(
        `The enforcer failed on ${subject}: its state says why, the sweep tries again.`,
      );
    }
  }
}
