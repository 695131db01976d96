import type { BudgetSettings } from '../../domain/control/budget.ts';
import { type CountedWindows, countedWindows, countNames } from '../../domain/control/counted-windows.ts';
import { firstState } from '../../domain/control/state.ts';
import type { BudgetSpec } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface WindowKindsDeps {
  readonly subjects: Pick<Subjects, 'definitions' | 'provision'>;
  readonly settings: BudgetSettings;
  readonly clock: Clock;
}

/**
 * What each subject's calls count in. A team without a budget has nothing, and is not provisioned either. Whoever is not
 * known yet is provisioned.
 * @param firstSight why, for the audit log
 */
export async function windowKindsOf(
  subjects: readonly string[],
  firstSight: string,
  { subjects: store, settings, clock }: WindowKindsDeps,
): Promise<ReadonlyMap<string, CountedWindows>> {
  const definitions = await store.definitions(subjects);
  // Everything counts in the account: while that is unknown, nothing was posted yet.
  const isFirst = subjects.includes(accountSubject) && !definitions.has(accountSubject);
  const at = clock().toISOString();
  const windows = new Map<string, CountedWindows>();
  for (const subject of subjects) {
    const counted = countedWindows(subject, definitions.get(subject), settings);
    if (counted === undefined) continue;
    if (!definitions.has(subject)) {
      // Members of a team have spent before it had a budget: what they did is caught up on.
      const counts = subjectOf(subject).scope === 'team' && !isFirst ? [] : countNames(counted);
      await store.provision(subject, { ...firstState(at, firstSight), counts });
    }
    windows.set(subject, counted);
  }
  return windows;
}

/** The windows of a subject that is provisioned without spending: unknown for a team. */
export function firstCounts(subject: string, settings: BudgetSettings, operators?: BudgetSpec): string[] {
  const counted =
    subjectOf(subject).scope === 'team' ? undefined : countedWindows(subject, operators, settings);
  return counted === undefined ? [] : countNames(counted);
}
