import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** DynamoDB Local 3 is compiled for this release. */
const oldestJava = 17;

/** Thrown where no Java can run DynamoDB Local. */
export class JavaMissingError extends Error {
  override name = 'JavaMissingError';
}

function versionOf(java: string, env: Record<string, string | undefined>): number | undefined {
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

/**
 * Finds a Java that can run DynamoDB Local: JAVA_HOME first, then the PATH.
 * @throws JavaMissingError with the command that installs one.
 */
export function findJava(environment: Record<string, string | undefined> = process.env): string {
  const home = environment['JAVA_HOME'];
  const candidates = [...(home ? [join(home, 'bin', 'java')] : []), 'java'];
  const usable = candidates.find(
    (java) => (java === 'java' || existsSync(java)) && (versionOf(java, environment) ?? 0) >= oldestJava,
  );
  if (usable) return usable;
  const install =
    process.platform === 'darwin'
      ? 'brew install openjdk@17'
      : 'sudo apt-get install -y openjdk-17-jre-headless';
  throw new JavaMissingError(
    `The local stack runs AWS's DynamoDB Local, which needs Java ${oldestJava} or newer, and none was found: install it with \`${install}\`.`,
  );
}
