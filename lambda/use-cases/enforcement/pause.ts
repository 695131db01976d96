import { accessOf } from '../../domain/control/access.ts';
import type { BudgetSettings } from '../../domain/control/budget.ts';
import { changed, firstState } from '../../domain/control/state.ts';
import { accountSubject } from '../../domain/subject.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import { firstCounts } from '../metering/window-kinds.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface PauseDeps {
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly settings: BudgetSettings;
}

const attempts = 8;

/**
 * Stops enforcement, or starts it again. While it is stopped metering and alerts go on, and nothing is held, lifted or
 * touched in IAM; what was decided meanwhile happens with the first sweep after the pause.
 * @returns whether anything changed
 */
export async function setPaused(
  paused: boolean,
  by: { readonly actor: string; readonly reason: string },
  { subjects, clock, settings }: PauseDeps,
): Promise<boolean> {
  const at = clock().toISOString();
  const first = firstState(at, 'An operator paused enforcement.', by.actor);
  await subjects.provision(accountSubject, { ...first, counts: firstCounts(accountSubject, settings) });
  return retryConflicts(attempts, async () => {
    const state = await subjects.state(accountSubject);
    if (state === undefined)
      throw new Error('The account was provisioned but is not there: is this the right table?');
    if ((state.paused !== undefined) === paused) return false;
    const pause = paused ? { since: at, by: by.actor, reason: by.reason } : undefined;
    const change = {
      at,
      action: paused ? 'pause' : 'unpause',
      ...by,
      before: paused ? 'running' : 'paused',
      after: paused ? 'paused' : 'running',
      inputs: { access: accessOf(state) },
    };
    await subjects.commit({
      subject: accountSubject,
      expectedVersion: state.version,
      state: changed(state, { paused: pause }, change),
      evaluate: true,
    });
    return true;
  });
}
