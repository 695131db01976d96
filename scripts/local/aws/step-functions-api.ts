import type { Execution } from './step-functions-execution.ts';
import type { TokenAnswer } from './step-functions-tokens.ts';

/** An error as the Step Functions API reports it. */
export class StepFunctionsError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface StepFunctionsAnswer {
  readonly status: number;
  /** To be sent as JSON (application/x-amz-json-1.0). */
  readonly body: object;
}

interface Executions {
  startExecution(
    machineArn: string,
    name?: string,
    input?: unknown,
  ): { executionArn: string; startDate: Date };
  describeExecution(arn: string): Execution;
  executionsOf(machineArn: string): readonly Execution[];
  stopExecution(arn: string, reason: Pick<Execution, 'error' | 'cause'>): Execution;
  answerToken(token: string, answer: TokenAnswer): void;
  readonly machines: readonly { readonly arn: string; readonly name: string }[];
}

type Body = Readonly<Record<string, unknown>>;

const operations: Readonly<Record<string, (executions: Executions, body: Body) => object>> = {
  StartExecution: (executions, body) => {
    const name = body['name'] as string | undefined;
    const input = body['input'] as string | undefined;
    const { executionArn, startDate } = executions.startExecution(text(body, 'stateMachineArn'), name, input);
    return { executionArn, startDate: epochSeconds(startDate) };
  },
  DescribeExecution: (executions, body) => {
    const execution = executions.describeExecution(text(body, 'executionArn'));
    const { start, output, error, cause } = execution;
    return { ...summary(execution), input: start.input, output, error, cause };
  },
  ListExecutions: (executions, body) => {
    const filter = body['statusFilter'];
    const all = executions
      .executionsOf(text(body, 'stateMachineArn'))
      .filter(({ status }) => filter === undefined || status === filter);
    const from = Number(body['nextToken'] ?? 0);
    if (!Number.isInteger(from) || from < 0) throw new StepFunctionsError('InvalidToken', 'Invalid Token');
    // 0 means the default, as in AWS.
    const end = from + (Number(body['maxResults'] ?? 0) || 100);
    const nextToken = end < all.length ? String(end) : undefined;
    return { executions: all.slice(from, end).map(summary), nextToken };
  },
  ListStateMachines: ({ machines }) => ({
    stateMachines: machines.map(({ arn: stateMachineArn, name }) => ({
      ...{ stateMachineArn, name, type: 'STANDARD', creationDate: 0 },
    })),
  }),
  StopExecution: (executions, body) => {
    const reason = { error: optionalText(body, 'error'), cause: optionalText(body, 'cause') };
    const { stoppedAt } = executions.stopExecution(text(body, 'executionArn'), definedOf(reason));
    return { stopDate: stoppedAt && epochSeconds(stoppedAt) };
  },
  SendTaskSuccess: (executions, body) => {
    executions.answerToken(text(body, 'taskToken'), { ok: true, output: outputOf(body) });
    return {};
  },
  SendTaskFailure: (executions, body) => {
    const error = optionalText(body, 'error') ?? 'States.TaskFailed';
    const cause = optionalText(body, 'cause') ?? '';
    executions.answerToken(text(body, 'taskToken'), { ok: false, error, cause });
    return {};
  },
};

/** Answers the operations above; whatever is wrong is answered as AWS would. */
export function handleStepFunctionsRequest(
  executions: Executions,
  target: string,
  body: Body,
): StepFunctionsAnswer {
  const operation = /^AWSStepFunctions\.(\w+)$/.exec(target)?.[1] ?? '';
  try {
    if (!Object.hasOwn(operations, operation)) {
      throw new StepFunctionsError(
        'UnknownOperationException',
        `The local Step Functions has no ${operation}.`,
      );
    }
    return { status: 200, body: operations[operation]?.(executions, body) ?? {} };
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    return { status: 400, body: { __type: error.name, message: error.message } };
  }
}

function summary({ start, status, startedAt, stoppedAt }: Execution): object {
  return {
    executionArn: start.arn,
    stateMachineArn: start.machine.arn,
    name: start.name,
    status,
    startDate: epochSeconds(startedAt),
    stopDate: stoppedAt && epochSeconds(stoppedAt),
  };
}

function epochSeconds(date: Date): number {
  return date.getTime() / 1000;
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new StepFunctionsError('ValidationException', `The request must contain ${name}.`);
}

function optionalText(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : String(body[name]);
}

function definedOf(reason: { error: string | undefined; cause: string | undefined }) {
  const { error, cause } = reason;
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function outputOf(body: Body): unknown {
  try {
    return JSON.parse(text(body, 'output'));
  } catch (error) {
    if (error instanceof StepFunctionsError) throw error;
    throw new StepFunctionsError('InvalidOutput', `Invalid Output: '${String(body['output'])}'`);
  }
}
