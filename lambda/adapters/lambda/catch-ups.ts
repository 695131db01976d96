import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { CatchUps } from '../../use-cases/ports/ledger.ts';
import type { DynamoDbCatchUpJobs } from '../dynamodb/catch-up-jobs.ts';

/** The function that catches up, asked without waiting: a decision never hangs on it. */
export class LambdaCatchUps implements CatchUps {
  readonly #jobs: DynamoDbCatchUpJobs;
  readonly #functionName: string;
  readonly #client: LambdaClient;

  constructor(
    jobs: DynamoDbCatchUpJobs,
    functionName: string,
    client = new LambdaClient({ maxAttempts: 3 }),
  ) {
    this.#jobs = jobs;
    this.#functionName = functionName;
    this.#client = client;
  }

  waiting(now: Date): Promise<boolean> {
    return this.#jobs.waiting(now);
  }

  async ask(): Promise<void> {
    try {
      await this.#client.send(
        new InvokeCommand({ FunctionName: this.#functionName, InvocationType: 'Event' }),
      );
    } catch {
      // The work is written down: the next sweep asks again.
    }
  }
}
