import type { IgnoredReason } from '../domain/metering/invocation.ts';

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

/** Things an operator wants to hear of. */
export const controlMetrics = {
  /** Versions of a subject that its audit chain lacks. */
  auditGap: 'AuditGap',
  /** Subjects that a sweep could not see to. */
  sweepFailures: 'SweepFailures',
  /** Enforcements after which IAM was not, or could not be, what the holds ask for. */
  enforcementFailures: 'EnforcementFailures',
} as const;
