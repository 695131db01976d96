import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { transformSync } from 'esbuild';
import type { FunctionSpec } from './assembly/local-assembly.ts';
import type { WorkerAnswer, WorkerCall, WorkerSetup } from './function-worker.ts';

export type FunctionResult = { readonly output: string } & (
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: NonNullable<WorkerAnswer['error']> }
);

export interface FunctionRuntime {
  readonly clock: SharedArrayBuffer;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What a thread begins with, as JavaScript: left to Node, every thread would load a TypeScript compiler of its own, which
 * takes half as long as the function itself.
 */
const workerUrl = (() => {
  const source = readFileSync(new URL('./function-worker.ts', import.meta.url), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node24' });
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
})();

/** One execution environment: the bundle in a thread of its own with nothing but the function's environment. */
class Sandbox {
  readonly #spec: FunctionSpec;
  readonly #runtime: FunctionRuntime;
  #worker: Worker | undefined;
  #calls = 0;
  #stopped = false;

  constructor(spec: FunctionSpec, runtime: FunctionRuntime) {
    this.#spec = spec;
    this.#runtime = runtime;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker?.terminate();
  }

  /** To be called when the last call has ended. Never rejects: what went wrong is in the result. */
  invoke(event: unknown, requestId: string): Promise<FunctionResult> {
    const { timeoutSeconds } = this.#spec;
    if (this.#stopped) return Promise.resolve(failed('Local.Stopped', 'The local stack has stopped.'));
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#calls;
    return new Promise((resolve) => {
      const finish = (result: FunctionResult) => {
        clearTimeout(timer);
        worker.off('message', onAnswer);
        worker.off('error', onError);
        worker.off('exit', onExit);
        worker.unref();
        resolve(result);
      };
      const discard = () => {
        this.#worker = undefined;
        void worker.terminate();
      };
      const onAnswer = ({ payload, error, output }: WorkerAnswer) =>
        finish(error ? { ok: false, error, output } : { ok: true, payload, output });
      const onError = (error: Error) => {
        discard();
        finish(failed(error.name, error.message));
      };
      const onExit = () => {
        this.#worker = undefined;
        finish(failed('Runtime.ExitError', 'The function ended its process.'));
      };
      const timer = setTimeout(() => {
        discard();
        finish(failed('Sandbox.Timedout', `Task timed out after ${timeoutSeconds}.00 seconds`));
      }, timeoutSeconds * 1000);
      worker.ref();
      worker.on('message', onAnswer);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage({ id, requestId, event } satisfies WorkerCall);
    });
  }

  #start(): Worker {
    const spec = this.#spec;
    const setup: WorkerSetup = {
      clock: this.#runtime.clock,
      assetPath: spec.assetPath,
      handler: spec.handler,
      functionName: spec.name,
      functionArn: spec.arn,
      timeoutSeconds: spec.timeoutSeconds,
    };
    const worker = new Worker(workerUrl, {
      workerData: setup,
      env: { ...this.#runtime.environment, ...spec.environment },
      execArgv: ['--no-warnings'],
    });
    worker.unref();
    return worker;
  }
}

const failed = (errorType: string, errorMessage: string): FunctionResult => ({
  ok: false,
  error: { errorType, errorMessage },
  output: '',
});

/** So many calls of one function run at once at most: enough to interleave, few enough for a laptop. */
const mostSandboxes = 2;

/** One deployed function. */
export class LambdaFunction {
  readonly spec: FunctionSpec;
  readonly #idle: Sandbox[];
  readonly #all: readonly Sandbox[];
  readonly #waiting: ((sandbox: Sandbox) => void)[] = [];

  constructor(spec: FunctionSpec, runtime: FunctionRuntime) {
    this.spec = spec;
    const count = Math.min(spec.reservedConcurrency ?? mostSandboxes, mostSandboxes);
    this.#all = Array.from({ length: count }, () => new Sandbox(spec, runtime));
    this.#idle = [...this.#all];
  }

  /** Never rejects: what went wrong is in the result. */
  async invoke(event: unknown, requestId: string): Promise<FunctionResult> {
    // The one that worked last is warm.
    const sandbox =
      this.#idle.pop() ?? (await new Promise<Sandbox>((resolve) => this.#waiting.push(resolve)));
    try {
      return await sandbox.invoke(event, requestId);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(sandbox);
      else this.#idle.push(sandbox);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((sandbox) => sandbox.stop()));
  }
}
