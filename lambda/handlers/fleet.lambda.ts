import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import type { FleetPortion, FleetTask } from '../contracts/workflows.ts';
import { seeToFleet } from '../use-cases/enforcement/enforce-everyone.ts';
import { fleetDeps } from './evaluate-deps.ts';

const deps = fleetDeps(readEnvironment('fleet', process.env), import.meta.url);
const logger = new FunctionLogger('fleet');

export const handler = logger.handling(async (task: FleetTask, context): Promise<FleetPortion> => {
  const portion = await seeToFleet(task, {
    ...deps,
    sleep,
    principalsPerSecond: deps.settings.haltPrincipalsPerSecond,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  logger.info('A portion of the roster was seen to.', { execution: task.execution, portion });
  return portion;
});
