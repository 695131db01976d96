import { type NanoUsd, parseUsd } from '../money.ts';
import { priceBook } from '../pricing/price-book.ts';
import type { BudgetSpec, Priority, Settings } from '../settings.ts';
import type { WindowKind } from '../windows.ts';
import { type DefaultSettings, defaultBudget, type PrincipalFacts } from './default-budget.ts';
import { defaultLadders } from './default-ladders.ts';
import { modelLadder } from './model-limits.ts';
import type { ModelPattern } from './model-pattern.ts';
import { roleBudgetFrom } from './role-budget.ts';
import type { Rung } from './rung.ts';
import { type Scope, scopeIn } from './subject.ts';

export interface Limit {
  readonly kind: WindowKind;
  readonly amount: NanoUsd;
  /** What of `amount` orders added to the budget's own. @default 0 */
  readonly raised?: NanoUsd;
}

/** A limit of some models inside a budget. */
export interface ModelLimit {
  readonly pattern: ModelPattern;
  readonly limits: readonly Limit[];
  readonly rungs: readonly Rung[];
}

/** Limits and ladder of one subject, ready to decide with. */
export interface Budget {
  readonly scope: Scope;
  readonly limits: readonly Limit[];
  /** Limits of some models inside the budget, each with a ladder of its own. */
  readonly modelLimits: readonly ModelLimit[];
  readonly rungs: readonly Rung[];
  /** Near the account's limit those of low priority are restricted first. */
  readonly priority: Priority;
}

/** A budget as people write it, made ready; without thresholds it gets the scope's default ladder. */
export function toBudget(spec: BudgetSpec, scope: Scope): Budget {
  return {
    scope,
    limits: limitsOf(spec),
    modelLimits: Object.entries(spec.models ?? {}).map(([pattern, limited]) => ({
      pattern,
      limits: limitsOf(limited),
      rungs: rungsOf(limited) ?? modelLadder(pattern, priceBook),
    })),
    rungs: rungsOf(spec) ?? defaultLadders[scope],
    priority: spec.priority ?? 'normal',
  };
}

type Amounts = Pick<BudgetSpec, 'dayUsd' | 'weekUsd' | 'monthUsd' | 'thresholds'>;

function limitsOf({ dayUsd, weekUsd, monthUsd }: Amounts): Limit[] {
  const amounts: [WindowKind, string | undefined][] = [
    ['day', dayUsd],
    ['week', weekUsd],
    ['month', monthUsd],
  ];
  return amounts.flatMap(([kind, amount]) =>
    amount === undefined ? [] : [{ kind, amount: parseUsd(amount) }],
  );
}

const rungsOf = ({ thresholds }: Amounts): Rung[] | undefined =>
  thresholds?.map((rung) => ({ threshold: rung.at, actions: rung.do }));

export type BudgetSettings = Pick<Settings, 'budgets' | 'teams' | 'accountBudget'> &
  DefaultSettings &
  Partial<Pick<Settings, 'sharedRoles' | 'defaultRoleBudget'>>;

/**
 * The definition in force: an operator's, else the configured one, else the default that fits. Undefined for an unknown
 * team.
 * @param facts what picks the default of a principal; without them that of its kind, or the stage's
 */
export function specFor(
  subject: string,
  operators: BudgetSpec | undefined,
  settings: BudgetSettings,
  facts: PrincipalFacts = {},
): BudgetSpec | undefined {
  if (operators !== undefined) return operators;
  const scope = scopeIn(subject, settings);
  if (scope === 'account') return settings.accountBudget;
  if (scope === 'team') return settings.teams[subject];
  const configured = settings.budgets[subject];
  if (configured !== undefined || scope === 'principal') {
    return configured ?? defaultBudget(subject, facts, settings).spec;
  }
  return settings.defaultRoleBudget ?? roleBudgetFrom(defaultBudget(`${subject}/any`, {}, settings).spec);
}
