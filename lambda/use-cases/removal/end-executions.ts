import type { Sleep } from '../ports/time.ts';
import type { RunningExecutions } from '../ports/workflows.ts';

export interface EndExecutionsDeps {
  readonly executions: RunningExecutions;
  readonly sleep: Sleep;
}

/** Step Functions shows a started execution after seconds. */
const checkAgainMs = 5_000;
const handsAtOnce = 8;
const why = 'The deployment is being removed; its denies are lifted next.';

/**
 * Ends every execution of these machines: a grace period may wait for a day, and Step Functions deletes a machine only
 * once its executions are over. Whoever starts executions has to be gone before. Safe to repeat.
 * @returns how many were ended.
 */
export async function endExecutions(
  machineArns: readonly string[],
  { executions, sleep }: EndExecutionsDeps,
): Promise<number> {
  const ended = new Set<string>();
  for (let quiet = false; !quiet; ) {
    const running = (await Promise.all(machineArns.map((arn) => executions.of(arn)))).flat();
    const left = [...running];
    while (left.length > 0) {
      await Promise.all(left.splice(0, handsAtOnce).map((arn) => executions.end(arn, why)));
    }
    for (const arn of running) ended.add(arn);
    quiet = running.length === 0;
    if (!quiet) await sleep(checkAgainMs);
  }
  return ended.size;
}
