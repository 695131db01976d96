import * as z from 'zod';

/** Reports of what was spent, to the topic of alerts: who spent how much, who is held, how the account stands. */
export const reportsSchema = z.strictObject({
  /** Of the last whole UTC day, each day. */
  daily: z.boolean().default(true),
  /** Of the last seven whole UTC days, on Mondays. */
  weekly: z.boolean().default(true),
  /** Hour (UTC) at which they go out. */
  hourUtc: z.int().min(0).max(23).default(6),
  /** Read units a second that a report may use: it reads the whole of user-budgets. */
  unitsPerSecond: z.int().min(1).max(40_000).default(10),
});

/** Whether a stage sends any. */
export const sendsReports = ({ daily, weekly }: z.infer<typeof reportsSchema>): boolean => daily || weekly;
