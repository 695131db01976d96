import type { Action } from '../../domain/control/decide.ts';
import type { WorkflowName } from '../../domain/control/workflow-name.ts';

export type ExecutionStatus = 'running' | 'succeeded' | 'failed' | 'missing';

export interface Workflows {
  /** Starts the execution of this name unless it ever was. */
  start(action: Extract<Action, { type: 'start' }>, subject: string): Promise<void>;
  status(workflow: WorkflowName, execution: string): Promise<ExecutionStatus>;
}

export interface Enforcer {
  /** Asks for IAM to be made to match; whether it waits for that is the adapter's matter. */
  ask(subject: string): Promise<void>;
}

/** What the front door saw of an order, and the token of the execution that waits for a second person. */
export interface OverrideRecord {
  /** Principal id of the verified caller. */
  readonly requestedBy: string;
  readonly callerArn: string;
  /** Of the request as it was sent. */
  readonly digest: string;
  readonly token?: string | undefined;
}

export interface OverrideRecords {
  /** Undefined for an execution that was started directly. */
  find(execution: string): Promise<OverrideRecord | undefined>;
  /**
   * Only the front door may: what it writes here is what makes a request verified. The same record again changes nothing.
   * @throws OtherOrderError
   */
  keep(execution: string, record: OverrideRecord): Promise<void>;
  keepToken(execution: string, token: string): Promise<void>;
}

/** The override machine, from the front door's side. */
export interface OverrideExecutions {
  start(execution: string, input: unknown): Promise<void>;
  /** @throws NobodyWaitsError where the execution has ended or its time was up */
  approve(token: string, approval: { readonly approvedBy: string; readonly reason: string }): Promise<void>;
  /** @throws NobodyWaitsError */
  reject(token: string, error: string, cause: string): Promise<void>;
}

/** The execution that would be answered does not wait any more. */
export class NobodyWaitsError extends Error {
  override name = 'NobodyWaitsError';
}

/** Executions of our state machines that have not ended. */
export interface RunningExecutions {
  /** Their ARNs; none where there is no such machine. */
  of(machineArn: string): Promise<readonly string[]>;
  /** Ending what has ended is done. */
  end(executionArn: string, why: string): Promise<void>;
}

/** Another order stands under this name. */
export class OtherOrderError extends Error {
  override name = 'OtherOrderError';
}
