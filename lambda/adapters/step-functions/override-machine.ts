import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { NobodyWaitsError, type OverrideExecutions } from '../../use-cases/ports/workflows.ts';

/** The override machine, as the front door starts and answers it. */
export class StepFunctionsOverrides implements OverrideExecutions {
  readonly #client: SFNClient;
  readonly #machineArn: string;

  constructor(machineArn: string, client = new SFNClient({ maxAttempts: 6 })) {
    this.#client = client;
    this.#machineArn = machineArn;
  }

  async start(execution: string, input: unknown): Promise<void> {
    const name = execution;
    try {
      await this.#client.send(
        new StartExecutionCommand({ stateMachineArn: this.#machineArn, name, input: JSON.stringify(input) }),
      );
    } catch (error) {
      // Its answer was lost: the front door has seen that it is the same order.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  async approve(
    taskToken: string,
    approval: { readonly approvedBy: string; readonly reason: string },
  ): Promise<void> {
    await this.#answer(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(approval) }));
  }

  async reject(taskToken: string, error: string, cause: string): Promise<void> {
    await this.#answer(new SendTaskFailureCommand({ taskToken, error, cause }));
  }

  async #answer(command: SendTaskSuccessCommand | SendTaskFailureCommand): Promise<void> {
    try {
      await (command instanceof SendTaskSuccessCommand
        ? this.#client.send(command)
        : this.#client.send(command));
    } catch (error) {
      const over = [TaskDoesNotExist, TaskTimedOut, InvalidToken].some((kind) => error instanceof kind);
      if (!over) throw error;
      throw new NobodyWaitsError('The execution has ended or was answered.', { cause: error });
    }
  }
}
