import type { BudgetSpec } from '../contracts/settings.ts';
import { accessOf } from '../domain/control/access.ts';
import { changed, firstState } from '../domain/control/state.ts';
import type { Clock, Subjects } from './ports.ts';
import { retryConflicts } from './retry-conflicts.ts';

export interface SetBudgetDeps {
  readonly subjects: Subjects;
  readonly clock: Clock;
}

const attempts = 5;

/** Sets an operator's definition, which from then on outranks the configured one; evaluation follows by itself. */
export async function setBudget(
  subject: string,
  spec: BudgetSpec,
  by: { readonly actor: string; readonly reason: string },
  { subjects, clock }: SetBudgetDeps,
): Promise<void> {
  const at = clock().toISOString();
  await subjects.provision(subject, firstState(at, 'An operator set its budget.', by.actor));
  return retryConflicts(attempts, async () => {
    const { state, operatorSpec } = await subjects.load(subject, []);
    if (state === undefined)
      throw new Error(`${subject} was provisioned but is not there: is this the right table?`);
    const change = {
      at,
      action: 'set-budget',
      ...by,
      before: operatorSpec === undefined ? 'as configured' : JSON.stringify(operatorSpec),
      after: JSON.stringify(spec),
    };
    await subjects.commit({
      subject,
      expectedVersion: state.version,
      state: changed(state, {}, { ...change, inputs: { access: accessOf(state) } }),
      spec,
    });
  });
}
