import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExactly } from './amount.ts';
import type { Case } from './case.ts';
import { inputOf, writeFiles } from './deliver.ts';

/** A meter that hangs is a meter without an answer. */
const longestMs = 60_000;

/** Variable in which a command finds what it may look up, as a JSON object. */
export const profilesVariable = 'CONFORMANCE_PROFILES';

/**
 * Asks a meter by its command, through the shell: `{files}` and `{folder}` stand for where the case's files are, and what is
 * delivered comes on the standard input, too. It answers with one JSON object on the standard output.
 *
 * @returns the answer, or why there is none
 */
export function askCommand(
  command: string,
  one: Case,
): { readonly answer: unknown } | { readonly fault: string } {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const files = writeFiles(one, folder);
    const line = command
      .replaceAll('{files}', files.map(quoted).join(' '))
      .replaceAll('{folder}', quoted(folder));
    const { status, stdout, stderr, error } = spawnSync(line, {
      shell: true,
      input: inputOf(one),
      timeout: longestMs,
      maxBuffer: 2 ** 26,
      env: { ...process.env, [profilesVariable]: JSON.stringify(one.profiles) },
    });
    // One that needs no input may close it before all is written.
    if (error !== undefined && !/EPIPE/.test(error.message))
      return { fault: `The command failed: ${error.message}.` };
    if (status !== 0) return { fault: `The command ended with ${status}: ${lastLine(stderr)}` };
    return { answer: parseExactly(stdout.toString()) };
  } catch (error) {
    return { fault: `The command’s answer cannot be read: ${(error as Error).message}.` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;
const lastLine = (text: Buffer): string => text.toString().trim().split('\n').at(-1) ?? '';
