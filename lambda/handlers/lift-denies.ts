import { type LiftDeniesDeps, liftDenies } from '../use-cases/lift-denies.ts';
import type { CustomResourceActions } from './custom-resource.ts';

/** Acts when its stack goes away, and never before: an upgrade must not free anyone. */
export function liftDeniesActions(deps: Omit<LiftDeniesDeps, 'remainingMs'>): CustomResourceActions {
  const nothing = async () => 'Denies are lifted when this stack is deleted.';
  return {
    create: nothing,
    update: nothing,
    remove: async (_event, remainingMs) => {
      const lifted = await liftDenies({ ...deps, remainingMs });
      return lifted === 0 ? 'Nobody carried a deny of ours.' : `${lifted} denies were lifted.`;
    },
  };
}
