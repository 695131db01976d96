import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { VirtualClock } from '../clock.ts';
import {
  handleStepFunctionsRequest,
  type StepFunctionsAnswer,
  StepFunctionsError,
} from './step-functions-api.ts';
import { type LocalDefinition, localDefinition } from './step-functions-definition.ts';
import { Execution, type InvokeFunction, type StepFunctionsStatus } from './step-functions-execution.ts';
import { executionOfToken, type TokenAnswer } from './step-functions-tokens.ts';

export interface LocalMachine {
  readonly arn: string;
  readonly name: string;
  /** As synthesized, with its references resolved. */
  readonly definition: object;
}

export interface StepFunctionsDeps {
  readonly machines: readonly LocalMachine[];
  readonly clock: VirtualClock;
  readonly invokeFunction: InvokeFunction;
  readonly account: string;
  readonly region: string;
}

/** What `list` tells about one execution. */
export interface ExecutionSummary {
  readonly stateMachine: string;
  readonly status: StepFunctionsStatus;
  readonly name: string;
  readonly input: unknown;
  readonly startedAt: Date;
  readonly stoppedAt?: Date;
  readonly error?: string;
  readonly cause?: string;
  readonly history: readonly string[];
}

/** Standard state machines on the virtual clock, with the names, errors and answers of AWS. */
export class StepFunctions {
  readonly #deps: StepFunctionsDeps;
  readonly #machines = new Map<string, { machine: LocalMachine; local: LocalDefinition }>();
  /** Ended ones too, for good: AWS remembers their names for 90 days. */
  readonly #executions = new Map<string, Execution>();
  /** Goes up with everything that happens in any execution. */
  #activity = 0;
  #listeners: (() => void)[] = [];

  /** @throws Error for a machine that could not run here as it would in AWS. */
  constructor(deps: StepFunctionsDeps) {
    this.#deps = deps;
    for (const machine of deps.machines) {
      this.#machines.set(machine.arn, { machine, local: localDefinition(machine) });
    }
    checkDefinitions([...this.#machines.values()]);
  }

  /**
   * Starts an execution. `input` is JSON text or a value; without a name AWS makes one up.
   * The same name with the same input is answered again while that execution runs.
   *
   * @throws StepFunctionsError StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  startExecution(
    machineArn: string,
    name: string = randomUUID(),
    input: unknown = '{}',
  ): { executionArn: string; startDate: Date } {
    const { machine, local } = this.#machine(machineArn);
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/.test(name)) {
      throw new StepFunctionsError('InvalidName', `Invalid Name: '${name}'`);
    }
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    checkJson(text);
    const arn = machineArn.replace(':stateMachine:', ':execution:').concat(`:${name}`);
    const existing = this.#executions.get(arn);
    if (existing) {
      if (existing.status === 'RUNNING' && existing.start.input === text) return answerOf(existing);
      throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const { clock, invokeFunction } = this.#deps;
    const changed = () => this.#changed();
    const execution = new Execution({
      arn,
      name,
      machine,
      local,
      input: text,
      clock,
      invokeFunction,
      changed,
    });
    this.#executions.set(arn, execution);
    return answerOf(execution);
  }

  /** @throws StepFunctionsError ExecutionDoesNotExist */
  describeExecution(arn: string): Execution {
    const execution = this.#executions.get(arn);
    if (execution) return execution;
    throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** Executions of one machine, the latest first. @throws StepFunctionsError StateMachineDoesNotExist */
  /** Names of the executions that have not ended; none of what is no machine. */
  runningOf(machineArn: string): readonly string[] {
    if (!this.#machines.has(machineArn)) return [];
    return this.executionsOf(machineArn)
      .filter(({ active }) => active)
      .map(({ start }) => start.name);
  }

  executionsOf(machineArn: string): readonly Execution[] {
    const { machine } = this.#machine(machineArn);
    return [...this.#executions.values()].filter(({ start }) => start.machine === machine).reverse();
  }

  /** Ends a running execution; one that has ended is answered as it is. @throws StepFunctionsError ExecutionDoesNotExist */
  stopExecution(arn: string, reason: Pick<Execution, 'error' | 'cause'> = {}): Execution {
    const execution = this.describeExecution(arn);
    execution.abort(reason);
    return execution;
  }

  /** Answers the task that waits for the token. @throws StepFunctionsError InvalidToken, TaskTimedOut */
  answerToken(token: string, answer: TokenAnswer): void {
    const arn = executionOfToken(token);
    const execution = arn === undefined ? undefined : this.#executions.get(arn);
    if (!execution) throw new StepFunctionsError('InvalidToken', `Invalid Token: 'Invalid token'`);
    if (execution.answer(token, answer)) return;
    const message = `Task Timed Out: 'Provided task does not exist anymore'`;
    throw new StepFunctionsError('TaskTimedOut', message);
  }

  /** What the templates define. */
  get machines(): readonly LocalMachine[] {
    return this.#deps.machines;
  }

  /** All executions, in the order of their start. */
  list(): ExecutionSummary[] {
    return [...this.#executions.values()].map(
      ({ start, status, startedAt, stoppedAt, error, cause, history }) => ({
        stateMachine: start.machine.name,
        status,
        name: start.name,
        input: JSON.parse(start.input),
        startedAt,
        ...(stoppedAt && { stoppedAt }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        history: [...history],
      }),
    );
  }

  /** How many executions only the clock or an answer can move. */
  get waiting(): number {
    return this.#running().filter((execution) => execution.waits).length;
  }

  /** Resolves when no execution does anything but wait for the clock or an answer. */
  async idle(): Promise<void> {
    for (;;) {
      const running = this.#running();
      const before = this.#activity;
      if (!running.every((execution) => execution.waits)) {
        await new Promise<void>((resolve) => this.#listeners.push(resolve));
        continue;
      }
      // One branch may wait while another is between two states; the next turns of the event loop would show it.
      await nextTurn();
      await nextTurn();
      if (this.#activity === before) return;
    }
  }

  /** Drops what still runs, so that the process can end. */
  stop(): void {
    for (const execution of this.#running()) execution.discard();
  }

  /** Answers one request of the JSON 1.0 protocol; `target` is the header X-Amz-Target. */
  handleRequest(target: string, body: Readonly<Record<string, unknown>>): StepFunctionsAnswer {
    return handleStepFunctionsRequest(this, target, body);
  }

  #machine(arn: string) {
    const found = this.#machines.get(arn);
    if (found) return found;
    throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  #running(): Execution[] {
    return [...this.#executions.values()].filter(({ active }) => active);
  }

  #changed(): void {
    this.#activity += 1;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}

function answerOf({ start, startedAt }: Execution): { executionArn: string; startDate: Date } {
  return { executionArn: start.arn, startDate: startedAt };
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new StepFunctionsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text}'`);
  }
}

type Machines = readonly { readonly machine: LocalMachine; readonly local: LocalDefinition }[];

/** The interpreter compiles its schemas anew for each definition, so all are looked at as the branches of one. */
function checkDefinitions(machines: Machines): void {
  const Branches = machines.map(({ local }) => local.definition);
  const together = { StartAt: 'All', States: { All: { Type: 'Parallel', Branches, End: true } } };
  const complaint = complaintAbout(together);
  if (!complaint) return;
  const [, ...lines] = complaint.message.split('\n');
  // Two machines may have a state of one name; within one machine the CDK refuses it.
  if (lines.length > 0 && lines.every((line) => /^\s*DUPLICATE_STATE_NAMES/.test(line))) return;
  for (const { machine, local } of machines) {
    const cause = complaintAbout(local.definition);
    if (cause) throw new Error(`The state machine ${machine.name} is not valid: ${cause.message}`, { cause });
  }
}

function complaintAbout(definition: object): Error | undefined {
  try {
    new StateMachine(definition as StateMachineDefinition, { validationOptions: { checkArn: false } });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
