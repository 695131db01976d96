import { BudgetChangedError, writeBudget } from '../../../../lambda/use-cases/budgets/set-budget.ts';
import { InputError } from '../../../command-line/input-error.ts';
import type { Answer } from '../../deployment/answer-command.ts';
import { operatorName } from '../../deployment/caller.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { checkReason, setBudgetDeps } from '../budget.ts';
import { type PlanOptions, workOut } from './plan-budgets.ts';
import { planText } from './plan-text.ts';
import type { BudgetPlan } from './work-out-changes.ts';

export interface ApplyOptions extends PlanOptions {
  /** The id of the plan that was reviewed. */
  readonly plan?: string | undefined;
  readonly reason: string;
}

/**
 * `budget apply FILE`: makes operators' budgets what the file says, one audited change a subject. Done again it changes
 * nothing. Whatever someone else sets meanwhile is not overwritten: it stops there, and the rest is left for another run.
 * @throws InputError
 */
export async function applyBudgets(
  path: string,
  options: ApplyOptions,
  deployment: Deployment,
): Promise<Answer<BudgetPlan & { readonly actor: string }>> {
  checkReason(options);
  const plan = await workOut(path, options, deployment);
  if (options.plan !== undefined && options.plan !== plan.id) {
    throw new InputError(
      `What would change is no longer plan ${options.plan} but ${plan.id}: look at it again with \`budget plan\`.`,
    );
  }
  const actor = await operatorName(deployment);
  const deps = setBudgetDeps(deployment);
  let done = 0;
  for (const { subject, before, after } of plan.changes) {
    try {
      await writeBudget(subject, after, { actor, reason: options.reason }, deps, before);
      done++;
    } catch (error) {
      if (!(error instanceof BudgetChangedError)) throw error;
      throw new InputError(`${error.message} ${done} of ${plan.changes.length} changes were made before.`);
    }
  }
  const by = plan.changes.length > 0 ? `Done by ${actor}.\n` : '';
  return { text: `${planText(plan)}${by}`, json: { ...plan, actor }, exitCode: 0 };
}
