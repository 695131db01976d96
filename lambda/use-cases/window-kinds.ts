import type { Settings } from '../contracts/settings.ts';
import { specFor, toBudget } from '../domain/control/budget.ts';
import { defaultWindowKinds } from '../domain/control/default-budget.ts';
import { firstState } from '../domain/control/state.ts';
import { scopeIn } from '../domain/control/subject.ts';
import { type WindowKind, windowKinds } from '../domain/windows.ts';
import type { Clock, Subjects } from './ports.ts';

export interface WindowKindsDeps {
  readonly subjects: Pick<Subjects, 'definitions' | 'provision'>;
  readonly settings: Pick<Settings, 'budgets' | 'teams' | 'accountBudget' | 'defaultBudget'> &
    Partial<Pick<Settings, 'defaults' | 'sharedRoles' | 'defaultRoleBudget'>>;
  readonly clock: Clock;
}

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
): Promise<ReadonlyMap<string, readonly WindowKind[]>> {
  const definitions = await store.definitions(subjects);
  const at = clock().toISOString();
  const kinds = new Map<string, readonly WindowKind[]>();
  for (const subject of subjects) {
    const operators = definitions.get(subject);
    const specs = [operators, specFor(subject, undefined, settings)].filter((spec) => spec !== undefined);
    if (specs.length === 0) continue;
    if (!definitions.has(subject)) await store.provision(subject, firstState(at, firstSight));
    const scope = scopeIn(subject, settings);
    const byDefault = scope === 'principal' && settings.budgets[subject] === undefined;
    const possible = new Set([
      ...specs.flatMap((spec) => toBudget(spec, scope).limits.map((limit) => limit.kind)),
      ...(byDefault ? defaultWindowKinds(settings) : []),
    ]);
    kinds.set(
      subject,
      windowKinds.filter((kind) => possible.has(kind)),
    );
  }
  return kinds;
}
