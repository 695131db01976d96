import { customResourceTypes, executionsEndPropertiesSchema } from '../contracts/custom-resources.ts';
import { type EndExecutionsDeps, endExecutions } from '../use-cases/removal/end-executions.ts';
import { type LiftDeniesDeps, liftDenies } from '../use-cases/removal/lift-denies.ts';
import type { CustomResourceActions } from './custom-resource.ts';

export type LiftDeniesHandlerDeps = Omit<LiftDeniesDeps, 'remainingMs'> & EndExecutionsDeps;

/**
 * Acts when its stack goes away, and never before: an upgrade must not free anyone. It serves two resources, because
 * what runs has to end before the machines are deleted, and denies are lifted after all functions are.
 */
export function liftDeniesActions(deps: LiftDeniesHandlerDeps): CustomResourceActions {
  const nothing = async () => 'Denies are lifted when this stack is deleted.';
  return {
    create: nothing,
    update: nothing,
    remove: async ({ ResourceType, ResourceProperties }, remainingMs) => {
      if (ResourceType === customResourceTypes.executionsEnd) {
        const { MachineArns } = executionsEndPropertiesSchema.parse(ResourceProperties);
        const ended = await endExecutions(MachineArns, deps);
        return ended === 0 ? 'No workflow was running.' : `${ended} running workflows were ended.`;
      }
      const lifted = await liftDenies({ ...deps, remainingMs });
      return lifted === 0 ? 'Nobody carried a deny of ours.' : `${lifted} denies were lifted.`;
    },
  };
}
