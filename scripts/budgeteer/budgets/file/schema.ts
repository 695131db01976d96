import * as z from 'zod';
import { checkPlace } from '../../../../lambda/contracts/budget-place.ts';
import { budgetSpecSchema, principal } from '../../../../lambda/contracts/budget-spec.ts';
import { subjectOf } from '../../../../lambda/domain/subject.ts';

const subject = z
  .string()
  .refine(
    (text) => subjectOf(text).scope !== 'principal' || principal.safeParse(text).success,
    'must be user/NAME, role/NAME, role/NAME/SESSION, federated/NAME, root, unknown, team/NAME or account',
  );

/** A file of budgets: whose → the definition, as an operator would set it. */
export const budgetFileSchema = z.record(subject, budgetSpecSchema).superRefine((file, context) => {
  for (const [name, spec] of Object.entries(file)) checkPlace(name, spec, context, [name]);
});
export type BudgetFile = z.infer<typeof budgetFileSchema>;
