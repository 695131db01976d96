import { setTimeout as sleep } from 'node:timers/promises';
import { operatorCredentials } from '../local/local-clients.ts';
import type { Plan } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

/** So often the stack is settled: what an operator's command began is finished by then. */
const checkMs = 500;

/**
 * Keeps the stack up for the operator's commands until someone ends it, and says what a second terminal has to export to
 * reach it. Its clock stands still meanwhile: what time alone would do, a scenario does.
 */
export async function serve(
  stack: Pick<RunningStack, 'url' | 'settle' | 'now'>,
  { region }: Pick<Plan, 'region'>,
  say: (text: string) => void,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const variables = {
      AWS_ENDPOINT_URL: stack.url,
      AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
      AWS_REGION: region,
      BUDGETEER_STAGE: 'local',
      BUDGETEER_NOW: stack.now().toISOString(),
    };
    const line = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    say(`\nThe stack stays up; Ctrl-C ends it. In another terminal:\n\nexport ${line.join(' ')}\n`);
    say('budgeteer status --all    (in a checkout: npm run -s budgeteer -- status --all)\n');
    while (!ending.signal.aborted) {
      await stack.settle();
      await sleep(checkMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}
