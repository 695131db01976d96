import { InputError } from '../command-line/input-error.ts';
import type { ActResult, ScenarioStep } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

type Operated = Pick<RunningStack, 'executions' | 'hasWorkflow' | 'now' | 'people' | 'startExecution'>;
type SetPaused = (
  paused: boolean,
  by: { readonly actor: string; readonly reason: string },
) => Promise<unknown>;

/**
 * Orders an override: by the front door where it says as whom, by starting the machine otherwise.
 * @param setPaused pauses where there is no machine for it @returns the front door's answer
 * @throws InputError where the templates have no override machine
 */
export async function orderScenarioOverride(
  { request, verifiedAs }: Omit<Extract<ScenarioStep, { kind: 'override' }>, 'kind'>,
  stack: Operated,
  setPaused: SetPaused,
): Promise<ActResult | undefined> {
  const { action = '', reason = '', requestedBy: actor = '' } = request;
  if (verifiedAs !== undefined) {
    return actOf(stack, verifiedAs, action, await stack.people.order(verifiedAs, request));
  }
  if (stack.hasWorkflow('override')) {
    // AWS would make up a name; a run has to end the same each time.
    const number = (await overridesOf(stack)).length + 1;
    stack.startExecution('override', request, `override-${number}`);
  } else if (action === 'pause' || action === 'unpause')
    await setPaused(action === 'pause', { actor, reason });
  else throw new InputError(`The templates have no override machine, so "${action}" cannot be ordered.`);
  return undefined;
}

/** Answers an override that waits for approval, by the front door. @throws InputError where none waits */
export async function approve(
  step: Omit<Extract<ScenarioStep, { kind: 'approve' }>, 'kind'>,
  stack: Operated,
): Promise<ActResult> {
  const { as, action, reason } = step;
  const waiting = (await overridesOf(stack)).findLast(({ status }) => status === 'RUNNING');
  const execution = step.execution === 'last' ? waiting?.name : step.execution;
  if (execution === undefined) {
    throw new InputError(
      `No override waits, so there is nothing for ${as} to ${action}: order one that needs approval.`,
    );
  }
  return actOf(stack, as, action, await stack.people.answer(as, { action, execution, reason }));
}

const overridesOf = async (stack: Operated) =>
  (await stack.executions()).filter(({ stateMachine }) => stateMachine === 'override');

const actOf = (
  stack: Operated,
  as: string,
  action: string,
  { status, body }: { readonly status: number; readonly body: unknown },
): ActResult => ({ at: stack.now().toISOString(), as, action, status, answer: body });
