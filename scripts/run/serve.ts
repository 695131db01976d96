import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operatorCredentials } from '../local/local-clients.ts';
import type { Plan } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

/** So often the stack is looked at: what an operator's command began is finished by then. */
const lookMs = 500;

/**
 * Keeps the stack up for the operator's commands until someone ends it, and says what a second terminal has to export to
 * reach it. Its clock stands still meanwhile: what time alone would do, a scenario does.
 */
export async function serve(
  stack: Pick<RunningStack, 'url' | 'settle' | 'now'>,
  { settings, region }: Pick<Plan, 'settings' | 'region'>,
  say: (text: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'budgeteer-serve-'));
  const config = join(folder, 'config.json');
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    writeFileSync(config, JSON.stringify(settings));
    const variables = {
      AWS_ENDPOINT_URL: stack.url,
      AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
      AWS_REGION: region,
      BUDGETEER_STAGE: 'local',
      BUDGETEER_CONFIG: config,
      BUDGETEER_NOW: stack.now().toISOString(),
    };
    const line = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    say(`\nThe stack stays up; Ctrl-C ends it. In another terminal:\n\nexport ${line.join(' ')}\n`);
    say('npm run -s budgeteer -- status --all\n');
    while (!ending.signal.aborted) {
      await stack.settle();
      await sleep(lookMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end).off('exit', remove);
    remove();
  }
}
