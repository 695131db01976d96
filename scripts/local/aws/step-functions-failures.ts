import { type ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';

/** A failure that neither Retry nor Catch may see: the execution is over, its states only do not know it yet. */
export class StoppedError extends Error {
  override name = 'StoppedError';
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** Step Functions reports a function's error under its type, with a JSON text of the rest as cause. */
export function asTaskFailure(error: Error): Error {
  if (/^(?:States|Lambda)\./.test(error.name)) return error;
  const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
  return Object.assign(new Error(cause, { cause: error }), { name: error.name });
}

export function runtimeError(message: string): Error {
  const marks = { name: 'States.Runtime', isRetryable: false, isCatchable: false };
  return Object.assign(new Error(message), marks);
}

/**
 * The interpreter tells States.Timeout from other failures by a class that it does not export (States.TaskFailed must
 * not match it), so one is made by letting a task time out.
 */
export async function timeoutError(): Promise<Error> {
  const definition = {
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: '', TimeoutSeconds: 0.001, End: true } },
  };
  const machine = new StateMachine(definition as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const never = () => new Promise<never>(() => undefined);
  const { result } = machine.run({}, { overrides: { taskResourceLocalHandlers: { T: never } } });
  return result.then(never, (error: ExecutionError) => error.cause as Error);
}

/** A Fail state need not say an error or a cause; the interpreter then makes them up. */
export function failureOf({ cause }: ExecutionError): { error?: string; cause?: string } {
  const { name, message } = cause as Error;
  return {
    ...(name !== 'FailStateError' && { error: name }),
    ...(message !== 'Execution failed because of a Fail state' && { cause: message }),
  };
}
