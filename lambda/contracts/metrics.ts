import type { IgnoredReason } from '../domain/metering/invocation.ts';
import type { HoldStep } from './workflows.ts';

/** CloudWatch namespace of every metric that the functions emit, in embedded metric format: never a call per record. */
export const metricNamespace = 'BedrockBudgeteer';

/** Every input line is counted in exactly one of these. */
export const ingestMetrics = {
  posted: 'Posted',
  unpriced: 'Unpriced',
  duplicates: 'Duplicates',
  quarantined: 'Quarantined',
} as const;

export const ignoredMetrics: Readonly<Record<IgnoredReason, string>> = {
  failed: 'IgnoredFailed',
  throttled: 'IgnoredThrottled',
  notice: 'IgnoredNotice',
  control: 'IgnoredControl',
  sidecar: 'IgnoredSidecar',
};

/** What a batch of ingest came to, beside the buckets of its lines. */
export const batchMetrics = {
  /** Lines seen, whatever became of them: where calls are made and this is 0, metering is blind. */
  lines: 'Lines',
  /** From a call to its entry in the ledger, of the batch's slowest; redelivered lines do not count. */
  lagSeconds: 'LagSeconds',
  /** What was posted, ceilings included: for graphs only, balances are exact. */
  postedUsd: 'PostedUsd',
} as const;

/** Every custom usage event is counted in exactly one of these. */
export const usageMetrics = {
  posted: 'UsagePosted',
  duplicates: 'UsageDuplicates',
  refused: 'UsageRefused',
} as const;

/** Messages that went out. */
export const alertsSentMetric = 'AlertsSent';

/** What became of people, counted where a workflow reports that IAM was read back. */
export const accessMetrics = {
  'report-suspension': 'Suspensions',
  'report-release': 'Restorations',
} as const satisfies Partial<Record<HoldStep, string>>;

/** Things an operator wants to hear of. */
export const controlMetrics = {
  /** Versions of a subject that its audit chain lacks. */
  auditGap: 'AuditGap',
  /** Subjects that a sweep could not see to. */
  sweepFailures: 'SweepFailures',
  /** Enforcements after which IAM was not, or could not be, what the holds ask for. */
  enforcementFailures: 'EnforcementFailures',
} as const;

/** How AWS's price list compares with the book, counted once a day: a day without a figure is a day without a look. */
export const priceMetrics = {
  agreed: 'PricesAgreed',
  differ: 'PricesDiffer',
  /** What the list has and the book lacks. */
  missing: 'PricesMissing',
} as const;
