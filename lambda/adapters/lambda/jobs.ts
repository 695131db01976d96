import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Enforcement, StopJobsTask } from '../../contracts/workflows.ts';

/** The function that stops batch jobs, asked without waiting: a suspension never hangs on it. */
export class LambdaJobs {
  readonly #client: LambdaClient;
  readonly #functionName: string;
  readonly #report: (problem: string, error: unknown, principal: string) => void;

  constructor(
    functionName: string,
    report: (problem: string, error: unknown, principal: string) => void,
    client = new LambdaClient({ maxAttempts: 3 }),
  ) {
    this.#client = client;
    this.#functionName = functionName;
    this.#report = report;
  }

  /** A deny does not stop a job that has begun. If this fails, the principal stays denied. */
  async stopAfter(enforcement: Enforcement | undefined, subject: string): Promise<void> {
    if (enforcement?.outcome !== 'matched' || enforcement.level !== 'suspended') return;
    const task: StopJobsTask = { stopJobsOf: subject };
    try {
      await this.#client.send(
        new InvokeCommand({
          FunctionName: this.#functionName,
          InvocationType: 'Event',
          Payload: new TextEncoder().encode(JSON.stringify(task)),
        }),
      );
    } catch (error) {
      this.#report('Nobody could be asked to stop batch jobs.', error, subject);
    }
  }
}
