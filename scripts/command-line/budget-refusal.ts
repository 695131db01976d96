import { PoolExceededError, UnknownTeamError } from '../../lambda/use-cases/budgets/check-pools.ts';
import { BudgetChangedError } from '../../lambda/use-cases/budgets/set-budget.ts';
import { InputError } from './input-error.ts';

/** What the product refuses to do with a budget is, to whoever asked for it, wrong input. @throws InputError */
export async function explainRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const refused =
      error instanceof PoolExceededError ||
      error instanceof UnknownTeamError ||
      error instanceof BudgetChangedError;
    throw refused ? new InputError(error.message) : error;
  }
}
