import type { BudgetSpec } from '../contracts/settings.ts';
import { accessOf } from '../domain/control/access.ts';
import { sameSpec } from '../domain/control/spec-changes.ts';
import { changed, firstState } from '../domain/control/state.ts';
import { type CheckPoolsDeps, checkPools } from './check-pools.ts';
import type { Clock, Subjects } from './ports.ts';
import { retryConflicts } from './retry-conflicts.ts';

export interface SetBudgetDeps {
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly settings: CheckPoolsDeps['settings'];
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
  { subjects, clock }: Pick<SetBudgetDeps, 'subjects' | 'clock'>,
  expected?: BudgetSpec | null,
): Promise<boolean> {
  const at = clock().toISOString();
  if (spec !== null) {
    await subjects.provision(subject, firstState(at, 'An operator set its budget.', by.actor));
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
      state: changed(state, {}, { ...change, inputs: { access: accessOf(state) } }),
      spec,
    });
    return true;
  });
}

const told = (spec: BudgetSpec | undefined) => (spec === undefined ? 'as configured' : JSON.stringify(spec));
