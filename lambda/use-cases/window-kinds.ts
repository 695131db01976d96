import type { Settings } from '../contracts/settings.ts';
import { specFor, toBudget } from '../domain/control/budget.ts';
import { firstState } from '../domain/control/state.ts';
import { scopeOf } from '../domain/control/subject.ts';
import type { WindowKind } from '../domain/windows.ts';
import type { Clock, Subjects } from './ports.ts';

export interface WindowKindsDeps {
  readonly subjects: Pick<Subjects, 'definitions' | 'provision'>;
  readonly settings: Pick<Settings, 'budgets' | 'teams' | 'accountBudget' | 'defaultBudget'>;
  readonly clock: Clock;
}

/**
 * Kinds of windows that each subject has; a team without a budget has none, and is not provisioned either. Whoever is
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
    const spec = specFor(subject, definitions.get(subject), settings);
    if (spec === undefined) continue;
    if (!definitions.has(subject)) await store.provision(subject, firstState(at, firstSight));
    kinds.set(
      subject,
      toBudget(spec, scopeOf(subject)).limits.map((limit) => limit.kind),
    );
  }
  return kinds;
}
