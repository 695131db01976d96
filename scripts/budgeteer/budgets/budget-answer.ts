import { specFor, toBudget } from '../../../lambda/domain/control/budget.ts';
import { defaultBudget, type PrincipalFacts } from '../../../lambda/domain/control/default-budget.ts';
import { plainSpec } from '../../../lambda/domain/control/spec-changes.ts';
import { scopeIn } from '../../../lambda/domain/control/subject.ts';
import { formatUsdShort } from '../../../lambda/domain/money.ts';
import type { BudgetSpec, Settings } from '../../../lambda/domain/settings.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';

/** Where a definition comes from, the first that there is. */
export type BudgetSource = 'operator' | 'configured' | 'tier' | 'team' | 'kind' | 'default';

export interface BudgetAnswer {
  readonly subject: string;
  readonly source: BudgetSource;
  readonly budget: BudgetSpec;
  /** What its thresholds do, defaults filled in. */
  readonly thresholds: readonly { readonly at: string; readonly do: readonly string[] }[];
}

/** The definition in force for a subject; undefined where it has none. */
export function budgetAnswer(
  subject: string,
  operators: BudgetSpec | undefined,
  settings: Settings,
  facts: PrincipalFacts = {},
): BudgetAnswer | undefined {
  const spec = specFor(subject, operators, settings, facts);
  if (spec === undefined) return undefined;
  return definition(subject, spec, sourceOf(subject, operators, settings, facts));
}

/** A definition with what its thresholds do. */
export function definition(subject: string, spec: BudgetSpec, source: BudgetSource): BudgetAnswer {
  return {
    subject,
    source,
    budget: plainSpec(spec),
    thresholds: toBudget(spec, subjectOf(subject).scope).rungs.map(({ threshold, actions }) => ({
      at: threshold,
      do: actions,
    })),
  };
}

/** `$2.00 a day, $20.00 a month` */
export function limitsText(budget: BudgetSpec): string {
  return toBudget(budget, 'principal')
    .limits.map(({ kind, amount }) => `${formatUsdShort(amount)} a ${kind}`)
    .join(', ');
}

const origin: Readonly<Record<BudgetSource, string>> = {
  operator: 'set by an operator',
  configured: 'from the configuration',
  tier: 'the default of its tier',
  team: 'the default of its team’s members',
  kind: 'the default of its kind of principal',
  default: 'the default of the stage',
};

export function budgetText({ subject, source, budget, thresholds }: BudgetAnswer): string {
  const rungs = thresholds.map((rung) => `${rung.at} ${rung.do.join(' and ')}`).join(', ');
  return `${subject}: ${limitsText(budget)}, ${origin[source]}.\nThresholds: ${rungs}.\n`;
}

function sourceOf(
  subject: string,
  operators: BudgetSpec | undefined,
  settings: Settings,
  facts: PrincipalFacts,
): BudgetSource {
  if (operators !== undefined) return 'operator';
  if (subjectOf(subject).scope !== 'principal' || settings.budgets[subject] !== undefined)
    return 'configured';
  if (scopeIn(subject, settings) === 'role') return 'default';
  const { from } = defaultBudget(subject, facts, settings);
  return from === 'stage' ? 'default' : from;
}
