import type { ExecutionSummary } from './aws/step-functions.ts';

/** A workflow as a run reports it. */
export interface LocalExecution {
  readonly stateMachine: string;
  readonly status: string;
  readonly name: string;
  readonly subject: string;
  readonly cause: string;
  /** Why it failed, where it says so. */
  readonly failure?: string;
}

/** @param workflow what the machine is called in its stage */
export function localExecution(summary: ExecutionSummary, workflow: string): LocalExecution {
  const { status, name, input, cause: failure } = summary;
  const { subject = '', cause = '' } = input as Partial<Record<'subject' | 'cause', string>>;
  return { stateMachine: workflow, status, name, subject, cause, ...(failure !== undefined && { failure }) };
}
