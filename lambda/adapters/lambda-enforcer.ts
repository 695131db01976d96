import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { EnforceTask } from '../contracts/workflows.ts';
import type { Enforcer } from '../use-cases/ports.ts';

/** Asks the enforcer function asynchronously: Lambda keeps the request and tries twice more. */
export class LambdaEnforcer implements Enforcer {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(functionName: string, client = new LambdaClient({ maxAttempts: 6 })) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async ask(subject: string): Promise<void> {
    const task: EnforceTask = { subject, alone: true };
    await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify(task)),
      }),
    );
  }
}
