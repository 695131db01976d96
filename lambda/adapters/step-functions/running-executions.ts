import {
  ExecutionDoesNotExist,
  paginateListExecutions,
  SFNClient,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunningExecutions } from '../../use-cases/ports/workflows.ts';

/** What Step Functions still runs of a machine, and how it is ended. */
export class SfnRunningExecutions implements RunningExecutions {
  readonly #client: SFNClient;

  constructor(client = new SFNClient({ maxAttempts: 12 })) {
    this.#client = client;
  }

  async of(stateMachineArn: string): Promise<readonly string[]> {
    const found: string[] = [];
    try {
      const pages = paginateListExecutions(
        { client: this.#client },
        { stateMachineArn, statusFilter: 'RUNNING' },
      );
      for await (const { executions = [] } of pages) {
        for (const { executionArn = '' } of executions) found.push(executionArn);
      }
      return found;
    } catch (error) {
      if (error instanceof StateMachineDoesNotExist) return [];
      throw error;
    }
  }

  async end(executionArn: string, cause: string): Promise<void> {
    try {
      await this.#client.send(new StopExecutionCommand({ executionArn, error: 'Removed', cause }));
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist)) throw error;
    }
  }
}
