import type { SubjectState } from '../../domain/control/state.ts';
import type { BudgetSpec } from '../../domain/settings.ts';
import type { OutboxItem } from '../../use-cases/ports/subjects.ts';
import { dueShard, outboxPrefix, sortKeys } from './keys.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Has the sweep evaluate a subject from `at` on, whatever becomes of its record in the stream. */
export const dueItemOf = (subject: string, at: Date): Item => ({
  pk: subject,
  sk: sortKeys.due,
  v: storedVersion,
  dueShard: dueShard(subject),
  dueAt: at.toISOString(),
});

/** The version stands beside the state, so that a condition can name it. */
export const stateItem = (subject: string, state: SubjectState): Item => ({
  pk: subject,
  sk: sortKeys.state,
  v: storedVersion,
  version: state.version,
  state,
});

/** A budget that an operator set. @param version of the state that it was set with */
export const budgetItem = (subject: string, spec: BudgetSpec, version: number): Item => ({
  pk: subject,
  sk: sortKeys.budget,
  v: storedVersion,
  spec,
  version,
});

/** @param by makes each request another item: a put of what is there already leaves no trace in the stream */
export const evaluateItem = (subject: string, by: string | number): Item => ({
  pk: subject,
  sk: sortKeys.evaluate,
  by,
});

/** @param due from when on it belongs to the sweep */
export const outboxItem = ({ subject, id, action }: OutboxItem, due: Date): Item => ({
  pk: subject,
  sk: outboxPrefix + id,
  v: storedVersion,
  action,
  dueShard: dueShard(subject),
  dueAt: due.toISOString(),
});

/** The budget in a `BUDGET` item; undefined where no operator set one. @throws Error where another version wrote it */
export const specOf = (item: Item | undefined): BudgetSpec | undefined =>
  versioned('budget', item)?.['spec'] as BudgetSpec | undefined;
