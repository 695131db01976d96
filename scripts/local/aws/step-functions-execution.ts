import { type ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Timer, VirtualClock } from '../clock.ts';
import {
  type LocalDefinition,
  type LocalTask,
  type StateData,
  taskTokenMark,
} from './step-functions-definition.ts';
import {
  asTaskFailure,
  failureOf,
  runtimeError,
  StoppedError,
  timeoutError,
} from './step-functions-failures.ts';
import { OpenTokens, type TokenAnswer } from './step-functions-tokens.ts';

export type StepFunctionsStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Rejects with an Error whose name is the function's error type. */
export type InvokeFunction = (functionArn: string, payload: unknown) => Promise<unknown>;

export interface ExecutionStart {
  readonly arn: string;
  readonly name: string;
  readonly machine: { readonly arn: string; readonly name: string };
  readonly local: LocalDefinition;
  /** JSON text, as the caller gave it. */
  readonly input: string;
  readonly clock: VirtualClock;
  readonly invokeFunction: InvokeFunction;
  /** Called whenever something has happened in the execution. */
  readonly changed: () => void;
}

/** One run of a state machine, on the virtual clock. It begins at once. */
export class Execution {
  readonly start: ExecutionStart;
  readonly startedAt: Date;
  /** Names of the states entered, in order. */
  readonly history: string[] = [];
  status: StepFunctionsStatus = 'RUNNING';
  stoppedAt?: Date;
  output?: string;
  error?: string;
  cause?: string;
  #invoking = 0;
  #discarded = false;
  readonly #sleepers = new Set<() => void>();
  readonly #tokens: OpenTokens;
  readonly #abort: () => void;
  readonly #timeout: Timer | undefined;

  constructor(start: ExecutionStart) {
    const { local, clock } = start;
    this.start = start;
    this.startedAt = clock.now();
    this.#tokens = new OpenTokens(start.arn);
    const input = JSON.parse(start.input);
    const machine = new StateMachine(local.definition as unknown as StateMachineDefinition, {
      validationOptions: { noValidate: true },
    });
    const handlers = [...local.tasks].map(
      ([name, task]) => [name, (given: unknown) => this.#handle(task, given as StateData)] as const,
    );
    const run = machine.run(input, {
      context: this.#context(input),
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(handlers) as never,
        // Back-off does not follow the virtual clock: nothing here gets better by waiting.
        retryIntervalOverrides: Object.fromEntries(local.retrying.map((name) => [name, 0])),
      },
    });
    this.#abort = run.abort;
    const seconds = local.timeoutSeconds;
    this.#timeout =
      seconds === undefined
        ? undefined
        : clock.at(secondsAfter(this.startedAt, seconds), () =>
            this.#end('TIMED_OUT', { error: 'States.Timeout' }),
          );
    void this.#follow(run.eventLogs);
    run.result.then(
      (output) => this.#end('SUCCEEDED', { output: JSON.stringify(output) }),
      (error: ExecutionError) => {
        // An abort of our own is no failure of the machine.
        if (this.active) this.#end('FAILED', failureOf(error));
      },
    );
  }

  /** Whether it still has something to do. */
  get active(): boolean {
    return this.status === 'RUNNING' && !this.#discarded;
  }

  /** Whether nothing but the clock, or an answer to a token, can make it go on. */
  get waits(): boolean {
    return this.active && this.#invoking === 0 && this.#sleepers.size + this.#tokens.size > 0;
  }

  /** Ends it from outside; what has ended stays as it is. */
  abort(reason: Pick<Execution, 'error' | 'cause'>): void {
    this.#end('ABORTED', reason);
  }

  /** @returns false where no task waits for this token (any more) */
  answer(token: string, answer: TokenAnswer): boolean {
    return this.active && this.#tokens.answer(token, answer);
  }

  /** Lets go of timers and of the process, without an end of its own: the stack itself is going away. */
  discard(): void {
    this.#discarded = true;
    this.#timeout?.cancel();
    for (const stop of this.#sleepers) stop();
    this.#tokens.close();
    this.#abort();
  }

  #context(input: unknown): StateData {
    const { arn, name, machine, clock } = this.start;
    return {
      LocalExecution: { Id: arn, Name: name, Input: input, StartTime: this.startedAt.toISOString() },
      // Read when a state evaluates its input, which is when it is entered.
      LocalState: {
        get EnteredTime() {
          return clock.now().toISOString();
        },
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
  }

  #end(status: StepFunctionsStatus, result: Pick<Execution, 'output' | 'error' | 'cause'>): void {
    if (!this.active) return;
    this.status = status;
    this.stoppedAt = this.start.clock.now();
    Object.assign(this, result);
    this.discard();
    this.start.changed();
  }

  async #follow(events: AsyncGenerator<{ type: string; state?: { name: string } }>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'StateEntered' && event.state) this.history.push(event.state.name);
      this.start.changed();
    }
  }

  async #handle(task: LocalTask, given: StateData): Promise<never> {
    if (!this.active) throw new StoppedError();
    if (task.kind === 'wait') return (await this.#wait(given)) as never;
    const fromInput = task.timeout === 'in-input';
    const input = fromInput ? given['call'] : given;
    const timeout = fromInput ? (given['timeout'] as number) : (task.timeout as number | undefined);
    if (task.kind === 'function') {
      return (await this.#invoke(task.functionArn, input, this.#timeOut(timeout))) as never;
    }
    const { FunctionName: name, Payload: payload = {} } = input as {
      FunctionName: string;
      Payload?: unknown;
    };
    if (task.kind === 'callback') return (await this.#callBack(name, payload, timeout)) as never;
    const answer = await this.#invoke(name, payload, this.#timeOut(timeout));
    return { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 } as never;
  }

  /** The function's own answer is thrown away; one time limit holds for the call and for the wait. */
  async #callBack(name: string, payload: unknown, timeoutSeconds: number | undefined): Promise<unknown> {
    const { token, answer } = this.#tokens.open();
    const given = JSON.parse(
      JSON.stringify(payload).replaceAll(JSON.stringify(taskTokenMark), () => JSON.stringify(token)),
    );
    const limit = this.#timeOut(timeoutSeconds);
    try {
      // Whoever is told the token may answer before the function returns.
      await this.#invoke(name, given, limit, false);
      return await Promise.race([answer, limit.passed]);
    } finally {
      limit.cancel();
      this.#tokens.forget(token);
      this.start.changed();
    }
  }

  async #wait({ input, wait }: StateData): Promise<unknown> {
    const { seconds, timestamp } = wait as { seconds?: unknown; timestamp?: unknown };
    const { clock } = this.start;
    if (seconds !== undefined && !(Number.isInteger(seconds) && (seconds as number) >= 0)) {
      throw runtimeError(`A Wait state needs whole seconds, not ${JSON.stringify(seconds)}.`);
    }
    const due =
      seconds === undefined ? new Date(String(timestamp)) : secondsAfter(clock.now(), seconds as number);
    if (Number.isNaN(due.getTime())) {
      throw runtimeError(`A Wait state needs an ISO 8601 timestamp, not ${JSON.stringify(timestamp)}.`);
    }
    if (due.getTime() > clock.now().getTime()) await this.#sleep(due);
    return input;
  }

  #sleep(due: Date): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => () => {
        this.#sleepers.delete(stop);
        settle();
        this.start.changed();
      };
      const stop = leave(() => {
        timer.cancel();
        reject(new StoppedError());
      });
      this.#sleepers.add(stop);
      const timer = this.start.clock.at(due, leave(resolve));
      this.start.changed();
    });
  }

  async #invoke(functionArn: string, payload: unknown, limit: TimeLimit, last = true): Promise<unknown> {
    this.#invoking += 1;
    try {
      const call = this.start.invokeFunction(functionArn, json(payload));
      return json(await Promise.race([call, limit.passed]));
    } catch (error) {
      throw asTaskFailure(error as Error);
    } finally {
      if (last) limit.cancel();
      this.#invoking -= 1;
      this.start.changed();
    }
  }

  #timeOut(seconds: number | undefined): TimeLimit {
    const { promise: passed, reject } = Promise.withResolvers<never>();
    // Nobody may be looking when it passes.
    passed.catch(() => {});
    if (seconds === undefined) return { passed, cancel: () => {} };
    const { clock } = this.start;
    const due = secondsAfter(clock.now(), seconds);
    const timer = clock.at(due, async () => reject(await timeoutError()));
    return { passed, cancel: () => timer.cancel() };
  }
}

/** A task's time on the virtual clock. */
interface TimeLimit {
  readonly passed: Promise<never>;
  readonly cancel: () => void;
}

/** What a worker sends and gets is JSON; an answer of nothing is null. */
function json(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
