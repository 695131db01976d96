import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { RunResult } from '../../../../scripts/run/result.ts';

export const scenarioPath = (name: string) => join(import.meta.dirname, '..', 'scenarios', `${name}.json`);

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without the synthesizer of the tests: as whoever runs it by hand. */
const { BUDGETEER_SYNTHESIZER: _, ...ownEnvironment } = process.env;

/** `npm start -- …`, without npm. */
export const startCommand = (...args: string[]): Promise<Ended> => startIn(ownEnvironment, ...args);

/** The same in an environment of its own. */
export function startIn(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const script = join(import.meta.dirname, '..', '..', '..', '..', 'scripts', 'start.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** Results of several scenarios, by name, run in one process. */
export async function runMany(
  names: readonly string[],
  options: { readonly badDays?: number | false } = {},
): Promise<Record<string, RunResult>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-many.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  child.stdin.end(
    names.map((name) => JSON.stringify({ scenario: scenarioPath(name), ...options })).join('\n'),
  );
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The scenarios ended with ${code}: ${output.stderr}`);
  const results = output.stdout.trim().split('\n');
  return Object.fromEntries(names.map((name, index) => [name, JSON.parse(results[index] ?? 'null')]));
}
