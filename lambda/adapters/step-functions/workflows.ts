import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { WorkflowInput, WorkflowName } from '../../domain/control/workflow-name.ts';
import type { ExecutionStatus, Workflows } from '../../use-cases/ports/workflows.ts';

type MachineArns = Readonly<Partial<Record<WorkflowName, string>>>;

export class StepFunctionsWorkflows implements Workflows {
  readonly #client: SFNClient;
  readonly #machines: MachineArns;

  constructor(machines: MachineArns, client = new SFNClient({ maxAttempts: 6 })) {
    this.#client = client;
    this.#machines = machines;
  }

  async start(action: Parameters<Workflows['start']>[0], subject: string): Promise<void> {
    const input: WorkflowInput = { subject, window: action.window, cause: action.cause };
    try {
      await this.#client.send(
        new StartExecutionCommand({
          stateMachineArn: this.#arn(action.workflow),
          name: action.execution,
          input: JSON.stringify(input),
        }),
      );
    } catch (error) {
      // The name is the promise that it happens once: an execution of this name is this action.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  async status(workflow: WorkflowName, execution: string): Promise<ExecutionStatus> {
    const executionArn = `${this.#arn(workflow).replace(':stateMachine:', ':execution:')}:${execution}`;
    try {
      const { status } = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'SUCCEEDED') return 'succeeded';
      return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'failed';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'missing';
      throw error;
    }
  }

  #arn(workflow: WorkflowName): string {
    const arn = this.#machines[workflow];
    if (arn === undefined) throw new Error(`This function does not start or follow a ${workflow}.`);
    return arn;
  }
}
