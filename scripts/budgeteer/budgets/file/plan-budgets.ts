import type { BudgetSpec } from '../../../../lambda/domain/settings.ts';
import { checkPools } from '../../../../lambda/use-cases/budgets/check-pools.ts';
import { explainRefusal } from '../../../command-line/budget-refusal.ts';
import type { Answer } from '../../deployment/answer-command.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { readBudgetItems } from '../../deployment/read-budget-items.ts';
import { setBudgetDeps } from '../budget.ts';
import { planText } from './plan-text.ts';
import { readBudgetFile } from './read-budget-file.ts';
import { type BudgetPlan, workOutChanges } from './work-out-changes.ts';

export interface PlanOptions {
  readonly prune?: boolean | undefined;
}

/** `budget plan FILE`: what would change; refuses what `apply` would refuse. @throws InputError */
export async function planBudgets(
  path: string,
  options: PlanOptions,
  deployment: Deployment,
): Promise<Answer<BudgetPlan>> {
  const plan = await workOut(path, options, deployment);
  const follow =
    plan.changes.length === 0
      ? ''
      : `To do it: budget apply ${path}${options.prune ? ' --prune' : ''} --plan ${plan.id} --reason "…"\n`;
  return { text: `${planText(plan)}${follow}`, json: plan, exitCode: 0 };
}

/** Compares the file with the table, and checks the changes as a whole. @throws InputError */
export async function workOut(
  path: string,
  { prune = false }: PlanOptions,
  deployment: Deployment,
): Promise<BudgetPlan> {
  const file = readBudgetFile(path);
  const plan = workOutChanges(file, await operatorsBudgets(deployment), prune);
  const changes = new Map(plan.changes.map(({ subject, after }) => [subject, after]));
  await explainRefusal(checkPools(changes, setBudgetDeps(deployment)));
  return plan;
}

/** What operators have set, by subject; reads the whole table. */
export async function operatorsBudgets(deployment: Deployment): Promise<ReadonlyMap<string, BudgetSpec>> {
  const known = [...(await readBudgetItems(deployment, [])).values()];
  return new Map(
    known.flatMap(({ subject, operatorSpec }) =>
      operatorSpec === undefined ? [] : [[subject, operatorSpec]],
    ),
  );
}
