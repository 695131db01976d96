import { stringify } from 'yaml';
import { plainSpec } from '../../../../lambda/domain/control/spec-changes.ts';
import type { Answer } from '../../deployment/answer-command.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { operatorsBudgets } from './plan-budgets.ts';
import type { BudgetFile } from './schema.ts';

/** `budget export`: all operators' budgets, as a file that changes nothing when it is applied. */
export async function exportBudgets(deployment: Deployment): Promise<Answer<BudgetFile>> {
  const budgets = [...(await operatorsBudgets(deployment))].sort(([a], [b]) => (a < b ? -1 : 1));
  const json = Object.fromEntries(budgets.map(([subject, spec]) => [subject, plainSpec(spec)]));
  return { text: stringify(json), json, exitCode: 0 };
}
