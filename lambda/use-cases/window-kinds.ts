import type { Settings } from '../contracts/settings.ts';
import { specFor, toBudget } from '../domain/control/budget.ts';
import { defaultWindowKinds } from '../domain/control/default-budget.ts';
import { type ModelPattern, matchesPattern, modelWindow } from '../domain/control/model-pattern.ts';
import { firstState } from '../domain/control/state.ts';
import { scopeIn } from '../domain/control/subject.ts';
import { type WindowKind, windowIdAt, windowKinds } from '../domain/windows.ts';
import type { Clock, Subjects } from './ports.ts';

export interface WindowKindsDeps {
  readonly subjects: Pick<Subjects, 'definitions' | 'provision'>;
  readonly settings: Pick<Settings, 'budgets' | 'teams' | 'accountBudget' | 'defaultBudget'> &
    Partial<Pick<Settings, 'defaults' | 'sharedRoles' | 'defaultRoleBudget'>>;
  readonly clock: Clock;
}

/** What a subject's calls count in: windows of the calendar, and those of limits of some models. */
export interface SubjectWindows {
  readonly kinds: readonly WindowKind[];
  readonly models: readonly { readonly pattern: ModelPattern; readonly kind: WindowKind }[];
}

export const noWindows: SubjectWindows = { kinds: [], models: [] };

/**
 * Kinds of windows that each subject has, or would have without its operator's budget or with another tag: what is spent
 * meanwhile has to count by then. A team without a budget has none, and is not provisioned either. Whoever is
 * not known yet is provisioned.
 * @param firstSight why, for the audit log
 */
export async function windowKindsOf(
  subjects: readonly string[],
  firstSight: string,
  { subjects: store, settings, clock }: WindowKindsDeps,
): Promise<ReadonlyMap<string, SubjectWindows>> {
  const definitions = await store.definitions(subjects);
  const at = clock().toISOString();
  const windows = new Map<string, SubjectWindows>();
  for (const subject of subjects) {
    const operators = definitions.get(subject);
    const specs = [operators, specFor(subject, undefined, settings)].filter((spec) => spec !== undefined);
    if (specs.length === 0) continue;
    if (!definitions.has(subject)) await store.provision(subject, firstState(at, firstSight));
    const scope = scopeIn(subject, settings);
    const byDefault = scope === 'principal' && settings.budgets[subject] === undefined;
    const budgets = specs.map((spec) => toBudget(spec, scope));
    const possible = new Set([
      ...budgets.flatMap(({ limits }) => limits.map((limit) => limit.kind)),
      ...(byDefault ? defaultWindowKinds(settings) : []),
    ]);
    windows.set(subject, {
      kinds: windowKinds.filter((kind) => possible.has(kind)),
      models: budgets.flatMap(({ modelLimits }) =>
        modelLimits.flatMap(({ pattern, limits }) => limits.map(({ kind }) => ({ pattern, kind }))),
      ),
    });
  }
  return windows;
}

/**
 * Ids of the windows in which a call counts, those of limits of some models included, each once.
 * @param model as the price book names it; undefined for what no model did
 */
export function windowsAt(
  { kinds, models }: SubjectWindows,
  at: Date,
  timeZone: string,
  model: string | undefined,
): string[] {
  const byModel = models
    .filter(({ pattern }) => model !== undefined && matchesPattern(pattern, model))
    .map(({ pattern, kind }) => modelWindow(windowIdAt(kind, at, timeZone), pattern));
  return [...kinds.map((kind) => windowIdAt(kind, at, timeZone)), ...new Set(byModel)];
}
