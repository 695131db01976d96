import type { WorkflowStep } from '../domain/control/hold-task.ts';
import type { IgnoredReason } from '../domain/metering/invocation.ts';
import type { FunctionName } from './environment.ts';

/** CloudWatch namespace of every metric that the functions emit, in embedded metric format: never a call per record. */
export const metricNamespace = 'BedrockBudgeteer';

/**
 * What every one of those metrics is told apart by. Two stages in one Region would otherwise add up to one metric, and
 * ring each other's alarms. Whoever emits, watches, draws or reads a metric takes its dimensions from here.
 */
export const metricDimensions = (stage: string, fn: FunctionName) => ({ service: fn, stage }) as const;

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
  /** The first part of it: from a call to its line's arrival, of the batch's slowest. */
  deliverySeconds: 'DeliverySeconds',
  /** The second part: from a line's arrival to its entry in the ledger, of the batch's slowest. */
  postingSeconds: 'PostingSeconds',
  /** Of `Posted`: calls whose price rests on an assumption, because the record tells too little. */
  assumed: 'Assumed',
  /** What more these would cost if what was assumed were the most expensive case. */
  worstCaseUsd: 'AssumedWorstCaseUsd',
  /** What was posted, ceilings included: for graphs only, balances are exact. */
  postedUsd: 'PostedUsd',
} as const;

/** What holding the ledger against Bedrock's objects and AWS's counters came to, by run. */
export const evidenceMetrics = {
  proven: 'SpansProven',
  /** Claims without a copy that nothing contradicts yet. */
  open: 'SpansOpen',
  disproved: 'ClaimsDisproved',
  corrected: 'ClaimsCorrected',
  failures: 'SpansUnread',
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
} as const satisfies Partial<Record<WorkflowStep, string>>;

/** Things an operator wants to hear of. */
export const controlMetrics = {
  /** Versions of a subject that its audit chain lacks. */
  auditGap: 'AuditGap',
  /** Subjects that a sweep left out, because of a failure. */
  sweepFailures: 'SweepFailures',
  /** Enforcements after which IAM was not, or could not be, what the holds ask for. */
  enforcementFailures: 'EnforcementFailures',
} as const;

/** What the comparison of IAM with our own table found. */
export const reconcileMetrics = {
  /** Principals whose IAM was not what their holds ask for, and for whom the enforcer was asked. */
  repairs: 'DenyRepairs',
  /** Carriers of our denies whom the table does not know. */
  unknown: 'UnknownDenyCarriers',
} as const;

/** From a decision to the moment when IAM was read back, of enforcements that changed what a principal carries. */
export const enforcementMetrics = {
  denySeconds: 'DecisionToDenySeconds',
  releaseSeconds: 'DecisionToReleaseSeconds',
} as const;

/** How AWS's price list compares with the book, counted once a day: a day without a figure is a day without a comparison. */
export const priceMetrics = {
  agreed: 'PricesAgreed',
  differ: 'PricesDiffer',
  /** What the list has and the book lacks. */
  missing: 'PricesMissing',
} as const;

/** What the daily anchoring of the audit chains found: a day without a run is a day that nothing vouches for. */
export const anchorMetrics = {
  runs: 'AuditAnchorRuns',
  /** What the chains no longer hold of what was anchored, or do not link. */
  broken: 'AuditAnchorsBroken',
} as const;
