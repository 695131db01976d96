import { createInterface } from 'node:readline';
import { runPlan } from '../../../../scripts/run/run-plan.ts';
import { loadScenario } from '../../../../scripts/run/scenario.ts';
import { startStack } from '../../../../scripts/run/start-stack.ts';

/**
 * Runs scenarios one after the other in one process: each line in is `{"scenario": "…", "badDays": 7}`, each line out
 * its result. A process of its own for each would spend most of the tests' time on loading the CDK.
 */
for await (const line of createInterface({ input: process.stdin })) {
  const { scenario, badDays } = JSON.parse(line) as { scenario: string; badDays?: number | false };
  const plan = loadScenario(scenario);
  const stack = await startStack(plan, { badDays });
  try {
    process.stdout.write(`${JSON.stringify(await runPlan(plan, stack))}\n`);
  } finally {
    await stack.stop();
  }
}
