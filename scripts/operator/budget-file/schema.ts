import * as z from 'zod';
import { budgetSpecSchema, principal } from '../../../lambda/contracts/settings.ts';
import { accountSubject } from '../../../lambda/domain/control/subject.ts';

const subject = z
  .string()
  .refine(
    (text) => text === accountSubject || /^team\/.+$/.test(text) || principal.safeParse(text).success,
    'must be user/NAME, role/NAME, role/NAME/SESSION, federated/NAME, root, unknown, team/NAME or account',
  );

/** A file of budgets: whose → the definition, as an operator would set it. */
export const budgetFileSchema = z.record(subject, budgetSpecSchema);
export type BudgetFile = z.infer<typeof budgetFileSchema>;
