import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { type Engine, findEngine } from './find-engine.ts';

/** Under load a JVM was seen to take 8 s; the embedded engine takes milliseconds. */
const startDeadlineMilliseconds = 60_000;

/** SwitchOutcome when the stand-in for DynamoDB does not come up. */
export class EngineError extends Error {
  override name = 'EngineError';
}

export interface RunningEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The shell outlives a `kill -9` of this process just long enough to take the engine with it: its standard input is our
 * pipe, which the kernel closes with us.
 */
const guard =
  'home=$1; engine=$2; shift 2; "$engine" "$@" </dev/null & pid=$!; exec 2>/dev/null; cat >/dev/null; kill -9 $pid; wait $pid; rm -rf "$home"';

const launch = ({ command, argumentsFor }: Engine, port: number, home: string): ChildProcess =>
  spawn('sh', ['-c', guard, 'sh', home, command, ...argumentsFor(port)], {
    cwd: home,
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own group, so that Ctrl-C in a terminal reaches us alone and we stop it in order.
    detached: true,
  });

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(2_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a stand-in for DynamoDB in memory on a free port.
 * @param home its folder, removed with it however this process ends. @default one of its own
 * @throws EngineMissingError, EngineError
 */
export async function startEngine(
  home = mkdtempSync(join(tmpdir(), 'budgeteer-dynamodb-')),
  engine = findEngine(),
): Promise<RunningEngine> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = launch(engine, port, home);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.ref();
    child.stdin?.end();
    await exited;
  };
  const deadline = performance.now() + startDeadlineMilliseconds;
  while (!(await answers(endpoint))) {
    if (performance.now() > deadline || /exception|error|not found/i.test(complaint)) {
      await stop();
      throw new EngineError(`${engine.name} did not start: ${complaint.trim() || 'no answer'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // Neither the shell nor its pipes may keep a finished program alive.
  child.unref();
  for (const pipe of [child.stdin, child.stderr]) (pipe as unknown as { unref(): void }).unref();
  return { endpoint, stop };
}
