/** What every function is told beside its own: its metrics carry the stage. */
export const commonEnvironment = ['STAGE'] as const;

/** What Lambda itself tells every function; a construct may not set it. */
export const lambdaEnvironment = ['AWS_REGION'] as const;

/** ARNs of the deny-only policies, mildest last. */
export const policyVariables = [
  'SUSPENDED_POLICY_ARN',
  'RESTRICTED_POLICY_ARN',
  'NO_PREMIUM_POLICY_ARN',
] as const;

/** What it takes to decide about a principal and to act on it. */
const deciding = [
  'BUDGETS_TABLE',
  'ALERTS_TABLE',
  'SUSPENSION_MACHINE_ARN',
  'RESTORATION_MACHINE_ARN',
  'ENFORCER_FUNCTION',
] as const;
/** The account's decisions start these beside. */
const decidingForAll = [
  ...deciding,
  'HALT_MACHINE_ARN',
  'RESUME_MACHINE_ARN',
  'CATCH_UP_FUNCTION',
  'PROVE_FUNCTION',
] as const;

/**
 * The environment of every function: one list of names that the construct has to fill and the entry point reads,
 * so that a missing one fails the compile, and a lost one fails the cold start loudly.
 */
export const environments = {
  // Names of the log buckets, comma-separated, and the account that owns them.
  ingest: ['LEDGER_TABLE', 'BUDGETS_TABLE', 'LOG_BUCKETS', 'ACCOUNT'],
  // What ingest has, and the Regions that are proven, comma-separated.
  prove: ['LEDGER_TABLE', 'BUDGETS_TABLE', 'ALERTS_TABLE', 'LOG_BUCKETS', 'ACCOUNT', 'REGIONS'],
  'usage-events': ['LEDGER_TABLE', 'BUDGETS_TABLE'],
  evaluate: decidingForAll,
  sweep: decidingForAll,
  'enforce-everyone': deciding,
  'catch-up': ['LEDGER_TABLE', 'BUDGETS_TABLE'],
  holds: ['BUDGETS_TABLE', 'ALERTS_TABLE'],
  overrides: ['BUDGETS_TABLE', 'ALERTS_TABLE'],
  'front-door': ['BUDGETS_TABLE', 'OVERRIDE_MACHINE_ARN'],
  approvals: ['BUDGETS_TABLE', 'OVERRIDE_MACHINE_ARN'],
  enforcer: ['BUDGETS_TABLE', 'FENCE_FUNCTION', 'JOBS_FUNCTION', 'PROBED_MODEL_ARN', ...policyVariables],
  jobs: ['BUDGETS_TABLE'],
  // Exists only where the stage has a halt switch.
  switch: ['BUDGETS_TABLE', 'ALERTS_TABLE', 'SWITCH_POLICY_ARN'],
  fence: ['BUDGETS_TABLE', 'FENCE_POLICY_NAME', 'PARTITION', 'ACCOUNT'],
  notify: [
    'ACCOUNT',
    'ALERTS_TABLE',
    'BUDGETS_TABLE',
    'LEDGER_TABLE',
    'BUDGET_ALERTS_TOPIC_ARN',
    'CRITICAL_TOPIC_ARN',
    // `notConfigured` where the stage tells no people, or has no webhooks.
    'USER_WARNINGS_TOPIC_ARN',
    'WEBHOOK_QUEUE_URL',
  ],
  // Exists only where the stage has webhooks.
  'notify-webhooks': ['ALERTS_TABLE', 'WEBHOOK_QUEUE_URL'],
  'iam-events': [
    'BUDGETS_TABLE',
    'ALERTS_TABLE',
    'ENFORCER_FUNCTION',
    // Their changes of IAM are no drift, comma-separated.
    'OWN_ROLE_ARNS',
    ...policyVariables,
  ],
  'iam-reconcile': ['BUDGETS_TABLE', 'ENFORCER_FUNCTION', ...policyVariables],
  audit: ['AUDIT_TABLE'],
  // All that it needs stands in the messages.
  'take-up': [],
  // Exists only where the stage has an audit archive.
  anchors: ['AUDIT_TABLE', 'ARCHIVE_BUCKET'],
  logging: ['BUDGETS_TABLE'],
  prices: ['BUDGETS_TABLE', 'OPERATIONS_TOPIC_ARN'],
  // Exists only where the stage sends reports.
  reports: ['BUDGETS_TABLE', 'BUDGET_ALERTS_TOPIC_ARN'],
  'lift-denies': ['BUDGETS_TABLE', 'FENCE_POLICY_NAME', ...policyVariables],
} as const satisfies Record<string, readonly string[]>;

/** Value of a variable that the stage has no use for: an empty one would count as lost. */
export const notConfigured = 'none';

export type FunctionName = keyof typeof environments;
/** What the construct of a function has to fill in; the common variables it gets without asking. */
export type OwnEnvironment<F extends FunctionName> = Record<(typeof environments)[F][number], string>;
export type Environment<F extends FunctionName> = OwnEnvironment<F> &
  Record<(typeof commonEnvironment)[number], string>;
/** What the function finds: Lambda adds its own. */
export type FoundEnvironment<F extends FunctionName> = Environment<F> &
  Record<(typeof lambdaEnvironment)[number], string>;

/** SwitchOutcome at cold start when the deployment did not set a variable that the function needs. */
export class MissingEnvironmentError extends Error {
  override name = 'MissingEnvironmentError';
}

/** Reads exactly the variables that `name` declares, and the common ones. @throws MissingEnvironmentError naming all that are missing. */
export function readEnvironment<F extends FunctionName>(
  name: F,
  source: Record<string, string | undefined>,
): FoundEnvironment<F> {
  const declared = [...lambdaEnvironment, ...commonEnvironment, ...environments[name]];
  const missing = declared.filter((key) => !source[key]);
  if (missing.length > 0) {
    throw new MissingEnvironmentError(
      `The function ${name} lacks the environment ${missing.join(', ')}: deploy the stack again.`,
    );
  }
  return Object.fromEntries(declared.map((key) => [key, source[key]])) as FoundEnvironment<F>;
}
