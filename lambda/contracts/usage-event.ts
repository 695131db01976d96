import * as z from 'zod';
import type { ParseDetail } from '../domain/usage-events/usage-source.ts';

/** What a rule on the usage bus listens to; everything else on it is nobody's. */
export const usageEventDetailType = 'Bedrock Budgeteer Usage';

/** More of anything in one event is a mistake in a unit, not usage. */
export const largestQuantity = 1_000_000_000;
const mostLabels = 10;

/** Printable characters on one line: no control or formatting characters, no half surrogates. */
const labelValue = z.string().regex(/^\P{C}{0,64}$/u);

/** The detail of a usage event, as an application writes it. What is not named here has no place in it. */
export const usageEventSchema = z.strictObject({
  /** Chosen by the application, once for each thing used: the same id again is the same usage. */
  id: z.string().regex(/^[\w.:@+=,/-]{1,128}$/),
  /** Who pays. */
  subject: z.string().max(300),
  meter: z.string().max(64),
  quantity: z.number().positive().max(largestQuantity),
  /** When it was used: ISO 8601 in UTC. */
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/),
  labels: z
    .record(z.string().regex(/^[\w.:/@-]{1,64}$/), labelValue)
    .refine((labels) => Object.keys(labels).length <= mostLabels)
    .default({}),
});

/** The form of a detail; what its values mean is the domain's. */
export const parseUsageDetail: ParseDetail = (detail) => {
  const { success, data, error } = usageEventSchema.safeParse(detail);
  return success ? { parsed: data } : { wrongField: error.issues[0]?.path[0] };
};
