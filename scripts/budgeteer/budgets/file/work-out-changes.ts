import { createHash } from 'node:crypto';
import {
  type FieldChange,
  plainSpec,
  sameSpec,
  specChanges,
} from '../../../../lambda/domain/control/spec-changes.ts';
import type { BudgetSpec } from '../../../../lambda/domain/settings.ts';
import type { BudgetFile } from './schema.ts';

/** What `apply` would do to one subject. */
export interface BudgetChange {
  readonly subject: string;
  readonly change: 'add' | 'change' | 'remove';
  /** The operator's definition now, null for none. */
  readonly before: BudgetSpec | null;
  readonly after: BudgetSpec | null;
  readonly fields: readonly FieldChange[];
}

export interface BudgetPlan {
  /** Of exactly these changes: the same while nobody sets any of these budgets. */
  readonly id: string;
  readonly changes: readonly BudgetChange[];
  readonly unchanged: number;
  /** Subjects with an operator's budget that the file does not name and that stay, because nothing was said of pruning. */
  readonly kept: readonly string[];
}

/** What lies between the table and the file: a pure comparison, subjects in order. */
export function workOutChanges(
  file: BudgetFile,
  table: ReadonlyMap<string, BudgetSpec>,
  prune: boolean,
): BudgetPlan {
  const named = Object.keys(file).sort();
  const others = [...table.keys()].filter((subject) => !Object.hasOwn(file, subject)).sort();
  const differing = named.filter((subject) => !sameSpec(table.get(subject), file[subject]));
  const changes = [...differing, ...(prune ? others : [])].map((subject): BudgetChange => {
    const before = table.get(subject);
    const after = Object.hasOwn(file, subject) ? file[subject] : undefined;
    return {
      subject,
      change: before === undefined ? 'add' : after === undefined ? 'remove' : 'change',
      before: before === undefined ? null : plainSpec(before),
      after: after === undefined ? null : plainSpec(after),
      fields: specChanges(before, after),
    };
  });
  return {
    id: createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 12),
    changes,
    unchanged: named.length - differing.length,
    kept: prune ? [] : others,
  };
}
