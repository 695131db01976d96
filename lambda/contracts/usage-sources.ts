import * as z from 'zod';
import { decimal } from './decimal.ts';
import { largestQuantity } from './usage-event.ts';

/** No `#`, which parts the keys of the ledger; `aws.` belongs to AWS's own services. */
const sourceName = z
  .string()
  .regex(
    /^(?!aws\.)(?!__)[\w./-]{1,64}$/,
    'must be the source of an event: 1 to 64 letters, digits or _ . / -, and not beginning with "aws."',
  );
const meterName = z
  .string()
  .regex(/^(?!__)[\w./-]{1,64}$/, 'must be 1 to 64 letters, digits or _ . / -, for example "search-call"');

const payerPattern = z
  .string()
  .regex(
    /^(user|federated)\/[\w+=,.@*-]{1,128}$|^role\/[\w+=,.@*-]{1,128}(\/[\w+=,.@*-]{1,128})?$/,
    'must be user/NAME, role/NAME[/SESSION] or federated/NAME, where * stands for any part of a name, for example "user/*"',
  );

const meter = z.strictObject({
  /** Price of one unit in USD, exact. */
  unitUsd: decimal(/^\d{1,6}(\.\d{1,18})?$/, 'must be a price in USD, for example "0.002"').refine(
    (text) => /[1-9]/.test(text),
    'must be above 0: what costs nothing needs no meter',
  ),
  /** Units that cost nothing in a calendar month of the stage's time zone; whose they are, the source says. */
  freePerMonth: z
    .number()
    .min(0)
    .max(largestQuantity)
    .refine((units) => /^\d+(\.\d{1,6})?$/.test(String(units)), 'must have at most 6 decimals')
    .default(0),
});

/** An account, or a role in it by its ARN. */
const putter = z
  .string()
  .regex(
    /^\d{12}$|^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    'must be an account (12 digits) or the ARN of a role',
  );

const usageSource = z.strictObject({
  /**
   * Who may put events of this source; of an account, whomever it lets. The bus denies everyone else this source, and
   * the meter refuses other accounts. Left out: everyone in the stage's `usageBusPutters`.
   */
  putters: z.array(putter).nonempty().optional(),
  /** Whom its events may name as payers; anyone else is refused. */
  payers: z.array(payerPattern).nonempty(),
  /** Rate card. */
  meters: z
    .record(meterName, meter)
    .refine((meters) => Object.keys(meters).length > 0, 'must have at least one meter'),
  /**
   * Whose the free units are: each payer's own, or the account's, which whoever comes first in the month uses up, as with
   * most providers.
   */
  freeTierOf: z.enum(['payer', 'account']).default('payer'),
  /** Whether what it reports counts towards budgets; otherwise it is recorded and shown, and stops nobody. */
  trusted: z.boolean(),
});

/** Event source name → what it may report. Whoever is not in here is refused. */
export const usageSourcesSchema = z.record(sourceName, usageSource);
