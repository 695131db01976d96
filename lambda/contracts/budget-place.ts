import type * as z from 'zod';
import type { BudgetSpec } from '../domain/settings.ts';
import { accountSubject, subjectOf } from '../domain/subject.ts';

/** What a budget can say that only some budgets can mean. */
type Placed = Pick<BudgetSpec, 'thresholds' | 'models'>;

/** Refuses `halt` where it would stop one and not all: who wants that writes `suspend`. */
export function refuseHalt(spec: Placed, context: z.RefinementCtx, at: readonly PropertyKey[] = []): void {
  const limited = Object.entries(spec.models ?? {}).map(
    ([pattern, limit]) => [['models', pattern], limit] as const,
  );
  for (const [path, { thresholds = [] }] of [[[], spec] as const, ...limited]) {
    thresholds.forEach((rung, index) => {
      if (!rung.do.includes('halt')) return;
      context.addIssue({
        code: 'custom',
        path: [...at, ...path, 'thresholds', index, 'do'],
        message:
          'must not halt: that stops everyone and is for the budget of the account alone; write suspend',
      });
    });
  }
}

/** Refuses limits of single models where nobody calls models. */
export function refuseModels(spec: Placed, context: z.RefinementCtx, at: readonly PropertyKey[] = []): void {
  if (spec.models === undefined) return;
  context.addIssue({
    code: 'custom',
    path: [...at, 'models'],
    message: 'must be left out: limits of single models are for principals',
  });
}

/** Refuses what a budget of this subject cannot mean. */
export function checkPlace(
  subject: string,
  spec: Placed,
  context: z.RefinementCtx,
  at: readonly PropertyKey[] = [],
): void {
  if (subjectOf(subject).scope !== 'principal') refuseModels(spec, context, at);
  if (subject !== accountSubject) refuseHalt(spec, context, at);
}
