import { setPaused } from '../../../lambda/use-cases/enforcement/pause.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { InputError } from '../../command-line/input-error.ts';
import { setBudgetDeps } from '../budgets/budget.ts';
import { operatorName } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** `pause` and `unpause`: stops all enforcement at once, or starts it again. @throws InputError without a reason */
export async function pauseEnforcement(
  paused: boolean,
  { reason }: { readonly reason: string },
  deployment: Deployment,
): Promise<CommandAnswer<{ readonly paused: boolean; readonly changed: boolean; readonly actor: string }>> {
  if (reason.trim() === '') throw new InputError('--reason is empty: say why, for the audit trail.');
  const actor = await operatorName(deployment);
  const by = { actor, reason };
  const changed = await setPaused(paused, by, setBudgetDeps(deployment));
  const state = paused
    ? 'Enforcement is paused: metering and alerts go on, nothing in IAM is touched.'
    : 'Enforcement runs: what was decided meanwhile happens with the next sweep, within a minute or two.';
  return {
    text: `${state}${changed ? ` By ${actor}.` : ' It was so before.'}\n`,
    json: { paused, changed, actor },
    exitCode: 0,
  };
}
