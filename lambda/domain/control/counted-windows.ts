import type { BudgetSpec } from '../settings.ts';
import { type WindowKind, windowIdAt, windowKinds } from '../windows.ts';
import { type BudgetSettings, specFor } from './budget.ts';
import { defaultSpecs } from './default-budget.ts';
import { type ModelPattern, matchesModel, modelWindow } from './model-pattern.ts';
import { scopeIn } from './subject.ts';

/** What a subject's calls count in: windows of the calendar, and those of limits of some models. */
export interface CountedWindows {
  readonly kinds: readonly WindowKind[];
  readonly models: readonly { readonly pattern: ModelPattern; readonly kind: WindowKind }[];
}

export const noWindows: CountedWindows = { kinds: [], models: [] };

/**
 * Windows that a subject has, or would have without its operator's budget or with another tag: what is spent meanwhile has
 * to count by then. Undefined for a team without a budget.
 */
export function countedWindows(
  subject: string,
  operators: BudgetSpec | undefined,
  settings: BudgetSettings,
): CountedWindows | undefined {
  const own = [operators, specFor(subject, undefined, settings)].filter((spec) => spec !== undefined);
  if (own.length === 0) return undefined;
  const byDefault = scopeIn(subject, settings) === 'principal' && settings.budgets[subject] === undefined;
  const specs = byDefault ? [...own, ...defaultSpecs(settings)] : own;
  return {
    kinds: windowKinds.filter((kind) => specs.some((spec) => limits(spec, kind))),
    models: specs.flatMap(({ models = {} }) =>
      Object.entries(models).flatMap(([pattern, limited]) =>
        windowKinds.filter((kind) => limits(limited, kind)).map((kind) => ({ pattern, kind })),
      ),
    ),
  };
}

const limits = (spec: Pick<BudgetSpec, `${WindowKind}Usd`>, kind: WindowKind): boolean =>
  spec[`${kind}Usd`] !== undefined;

/**
 * Ids of the windows in which a call counts, those of limits of some models included, each once.
 * @param model as the price book names it; undefined for what no model did
 */
export function windowsAt(
  { kinds, models }: CountedWindows,
  at: Date,
  timeZone: string,
  model: string | undefined,
): string[] {
  const byModel = models
    .filter(({ pattern }) => model !== undefined && matchesModel(pattern, model))
    .map(({ pattern, kind }) => modelWindow(windowIdAt(kind, at, timeZone), pattern));
  return [...kinds.map((kind) => windowIdAt(kind, at, timeZone)), ...new Set(byModel)];
}

/** How a state remembers what its subject counts in: `month`, `day@anthropic.*`. */
export const countNames = ({ kinds, models }: CountedWindows): string[] => [
  ...kinds,
  ...new Set(models.map(({ kind, pattern }) => modelWindow(kind, pattern))),
];

/** What such names stand for. */
export function countedByNames(names: readonly string[]): CountedWindows {
  const kindOf = (name: string) => windowKinds.find((kind) => name === kind || name.startsWith(`${kind}@`));
  const known = names.flatMap((name) => {
    const kind = kindOf(name);
    return kind === undefined ? [] : [{ kind, pattern: name.slice(kind.length + 1) }];
  });
  return {
    kinds: known.filter(({ pattern }) => pattern === '').map(({ kind }) => kind),
    models: known.filter(({ pattern }) => pattern !== ''),
  };
}
