import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import type { EveryonePortion, EveryoneTask } from '../contracts/workflows.ts';
import { enforceEveryone } from '../use-cases/enforcement/enforce-everyone.ts';
import { enforceEveryoneDeps } from './evaluate-deps.ts';

const deps = enforceEveryoneDeps(readEnvironment('enforce-everyone', process.env), import.meta.url);
const logger = new FunctionLogger('enforce-everyone');

export const handler = logger.handling(async (task: EveryoneTask, context): Promise<EveryonePortion> => {
  const portion = await enforceEveryone(task, {
    ...deps,
    sleep,
    principalsPerSecond: deps.settings.haltPrincipalsPerSecond,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  logger.info('A portion of the list of principals was seen to.', { execution: task.execution, portion });
  return portion;
});
