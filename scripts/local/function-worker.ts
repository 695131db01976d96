import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import promises from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is given at its start. */
export interface WorkerSetup {
  /** One BigInt64: epoch milliseconds of the virtual clock. */
  readonly clock: SharedArrayBuffer;
  readonly assetPath: string;
  /** `index.handler` */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly timeoutSeconds: number;
}

export interface WorkerCall {
  readonly id: number;
  readonly requestId: string;
  readonly event: unknown;
}

export interface WorkerAnswer {
  readonly id: number;
  readonly payload?: unknown;
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly stackTrace?: string[];
  };
  /** What the call wrote to standard output and error. */
  readonly output: string;
}

type Handler = (event: unknown, context: object) => unknown;

const setup = workerData as WorkerSetup;
let output = '';

/** The handler's output leaves with its answer, so it cannot be attributed to another call. */
function captureOutput(): void {
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    done?.();
    return true;
  };
  process.stdout.write = write as typeof process.stdout.write;
  process.stderr.write = write as typeof process.stderr.write;
}

/** Lets `Date` tell the virtual time. */
function followVirtualClock(): void {
  const cell = new BigInt64Array(setup.clock);
  const now = () => Number(Atomics.load(cell, 0));
  const RealDate = Date;
  const virtual: DateConstructor = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(
        target,
        given.length > 0 ? given : [now()],
        newTarget === virtual ? target : newTarget,
      ),
    apply: (target) => new target(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  globalThis.Date = virtual;
}

/** The shorter pauses are worth nothing; the longer ones are back-off. */
const shortestPauseMilliseconds = 20;
const quickening = 25;

/**
 * Back-off follows no clock here, for nothing gets better by waiting: what a handler or the SDK would wait for is cut
 * short, so that a throttled call does not hold up a run.
 */
function quickenTimers(): void {
  const cut = (milliseconds = 0) =>
    milliseconds < shortestPauseMilliseconds ? milliseconds : milliseconds / quickening;
  const real = globalThis.setTimeout;
  const quick = (run: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]) =>
    real(run, cut(milliseconds), ...given);
  globalThis.setTimeout = Object.assign(quick, real) as typeof setTimeout;
  const sleep = promises.setTimeout;
  promises.setTimeout = (milliseconds, ...given) => sleep(cut(milliseconds), ...given);
  syncBuiltinESMExports();
}

async function loadHandler(): Promise<Handler> {
  const [file = 'index', name = 'handler'] = setup.handler.split('.');
  const path = ['mjs', 'js', 'cjs'].map((end) => join(setup.assetPath, `${file}.${end}`)).find(existsSync);
  if (!path) throw new Error(`The asset ${setup.assetPath} has no ${file}.mjs.`);
  const module = (await import(pathToFileURL(path).href)) as Record<string, Handler>;
  const handler = module[name];
  if (!handler) throw new Error(`${path} exports no ${name}.`);
  return handler;
}

const contextOf = (awsRequestId: string) => ({
  awsRequestId,
  functionName: setup.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: setup.functionArn,
  memoryLimitInMB: '256',
  logGroupName: `/aws/lambda/${setup.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => setup.timeoutSeconds * 1000,
});

function errorOf(error: unknown): WorkerAnswer['error'] {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') ?? [] };
}

captureOutput();
followVirtualClock();
quickenTimers();
const loading = loadHandler();
// A failed cold start is answered by each call that meets it.
loading.catch(() => {});

parentPort?.on('message', async ({ id, requestId, event }: WorkerCall) => {
  const answer: { -readonly [K in keyof WorkerAnswer]: WorkerAnswer[K] } = { id, output: '' };
  try {
    const handler = await loading;
    const result = await handler(event, contextOf(requestId));
    // As over the wire: what JSON cannot hold is lost.
    answer.payload = result === undefined ? null : JSON.parse(JSON.stringify(result));
  } catch (error) {
    const failure = errorOf(error);
    if (failure !== undefined) answer.error = failure;
  }
  answer.output = output;
  output = '';
  parentPort?.postMessage(answer);
});
