import { parseUsd } from '../money.ts';
import { type BudgetSpec, budgetFields } from '../settings.ts';

type Field = keyof BudgetSpec;
const fields: readonly Field[] = budgetFields;

/** One field that differs between two definitions, each side as people write it; undefined where it is not set. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What differs between two definitions. Amounts are compared as amounts: "50" is "50.00". */
export function specChanges(before: BudgetSpec | undefined, after: BudgetSpec | undefined): FieldChange[] {
  return fields
    .filter((field) => comparable(before, field) !== comparable(after, field))
    .map((field) => ({ field, before: textOf(before, field), after: textOf(after, field) }));
}

/** Whether two definitions mean the same; none is only the same as none. */
export const sameSpec = (one: BudgetSpec | undefined, other: BudgetSpec | undefined): boolean =>
  (one === undefined) === (other === undefined) && specChanges(one, other).length === 0;

/** Without what a team has beside its budget, fields in one order. */
export const plainSpec = (spec: BudgetSpec): BudgetSpec =>
  Object.fromEntries(
    fields.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field]]),
  );

function comparable(spec: BudgetSpec | undefined, field: Field): string | undefined {
  const text = textOf(spec, field);
  return text !== undefined && field.endsWith('Usd') ? String(parseUsd(text)) : text;
}

function textOf(spec: BudgetSpec | undefined, field: Field): string | undefined {
  const value = spec?.[field];
  if (Array.isArray(value))
    return value.map(({ at, do: actions }) => `${at} ${actions.join('+')}`).join(', ');
  return typeof value === 'object' ? modelsText(value) : value;
}

/** Limits of some models, one after the other: `anthropic.* monthUsd 60.00`. */
function modelsText(models: NonNullable<BudgetSpec['models']>): string {
  return Object.keys(models)
    .sort()
    .map((pattern) => {
      const { thresholds, ...amounts } = models[pattern] ?? {};
      const ladder = thresholds?.map(({ at, do: actions }) => `${at} ${actions.join('+')}`) ?? [];
      const limits = Object.entries(amounts).map(([kind, usd]) => `${kind} ${usd}`);
      return [pattern, ...limits, ...ladder].join(' ');
    })
    .join('; ');
}
