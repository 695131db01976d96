import { accessOf } from '../../domain/control/access.ts';
import type { BudgetSettings } from '../../domain/control/budget.ts';
import { countedWindows, countNames, noWindows } from '../../domain/control/counted-windows.ts';
import { sameSpec } from '../../domain/control/spec-changes.ts';
import { changed, firstState, type SubjectState } from '../../domain/control/state.ts';
import type { BudgetSpec } from '../../domain/settings.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import { firstCounts } from '../metering/window-kinds.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';
import { type CheckPoolsDeps, checkPools } from './check-pools.ts';

export interface SetBudgetDeps {
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly settings: CheckPoolsDeps['settings'] & BudgetSettings;
}

export interface ChangedBy {
  readonly actor: string;
  readonly reason: string;
}

/** The definition is no longer the one that the change was decided on. */
export class BudgetChangedError extends Error {
  override name = 'BudgetChangedError';
}

const attempts = 5;

/**
 * Sets an operator's definition, which from then on outranks the configured one; `null` takes it away, so that the
 * configured one is in force again. Evaluation follows by itself.
 * @returns whether anything changed
 * @throws UnknownTeamError; PoolExceededError where a team's members would have more than its pool
 */
export async function setBudget(
  subject: string,
  spec: BudgetSpec | null,
  by: ChangedBy,
  deps: SetBudgetDeps,
): Promise<boolean> {
  await checkPools(new Map([[subject, spec]]), deps);
  return writeBudget(subject, spec, by, deps);
}

/**
 * Writes a change that was checked already, as one of several that only hold together.
 * @param expected the operator's definition, null for none, that the change was decided on
 * @throws BudgetChangedError where someone set another one meanwhile
 */
export async function writeBudget(
  subject: string,
  spec: BudgetSpec | null,
  by: ChangedBy,
  { subjects, clock, settings }: SetBudgetDeps,
  expected?: BudgetSpec | null,
): Promise<boolean> {
  const at = clock().toISOString();
  if (spec !== null) {
    const first = firstState(at, 'An operator set its budget.', by.actor);
    await subjects.provision(subject, { ...first, counts: firstCounts(subject, settings, spec) });
  }
  return retryConflicts(attempts, async () => {
    const { state, operatorSpec } = await subjects.load(subject, []);
    if (expected !== undefined && !sameSpec(operatorSpec, expected ?? undefined)) {
      throw new BudgetChangedError(
        `${subject} got another budget since the changes were worked out (now ${told(operatorSpec)}): look at the plan again.`,
      );
    }
    if (spec === null && operatorSpec === undefined) return false;
    if (state === undefined)
      throw new Error(`${subject} was provisioned but is not there: is this the right table?`);
    const change = {
      at,
      action: spec === null ? 'unset-budget' : 'set-budget',
      ...by,
      before: told(operatorSpec),
      after: told(spec ?? undefined),
    };
    await subjects.commit({
      subject,
      expectedVersion: state.version,
      state: changed(state, stillCounted(state, subject, spec, settings), {
        ...change,
        inputs: { access: accessOf(state) },
      }),
      spec,
    });
    return true;
  });
}

/**
 * A window that is dropped is forgotten here and now: were it added again before an evaluation, what was called in
 * between would go missing in it. What is new is noted by evaluate, which has it caught up on.
 */
function stillCounted(
  { counts }: SubjectState,
  subject: string,
  spec: BudgetSpec | null,
  settings: BudgetSettings,
): Pick<SubjectState, 'counts'> {
  const wanted = countNames(countedWindows(subject, spec ?? undefined, settings) ?? noWindows);
  return counts === undefined ? {} : { counts: counts.filter((name) => wanted.includes(name)) };
}

const told = (spec: BudgetSpec | undefined) => (spec === undefined ? 'as configured' : JSON.stringify(spec));
