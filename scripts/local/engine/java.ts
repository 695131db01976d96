import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** DynamoDB Local 3 is compiled for this release. */
export const oldestJava = 17;

function versionOf(java: string, env: NodeJS.ProcessEnv): number | undefined {
  try {
    const banner = execFileSync(java, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
    });
    return Number(/ (\d+)/.exec(banner)?.[1]);
  } catch {
    return undefined;
  }
}

/** @returns a Java that can run DynamoDB Local: JAVA_HOME first, then the PATH; undefined where there is none */
export function findJava(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment['JAVA_HOME'];
  const candidates = [...(home ? [join(home, 'bin', 'java')] : []), 'java'];
  return candidates.find(
    (java) => (java === 'java' || existsSync(java)) && (versionOf(java, environment) ?? 0) >= oldestJava,
  );
}
