/**
 * The environment of every function: one list of names that the construct has to fill and the entry point reads,
 * so that a missing one fails the compile, and a lost one fails the cold start loudly.
 */
export const environments = {
  ingest: ['LEDGER_TABLE', 'BUDGETS_TABLE'],
  'usage-events': ['LEDGER_TABLE', 'BUDGETS_TABLE'],
  evaluate: [
    'BUDGETS_TABLE',
    'ALERTS_TABLE',
    'SUSPENSION_MACHINE_ARN',
    'RESTORATION_MACHINE_ARN',
    'ENFORCER_FUNCTION',
  ],
  sweep: [
    'BUDGETS_TABLE',
    'ALERTS_TABLE',
    'SUSPENSION_MACHINE_ARN',
    'RESTORATION_MACHINE_ARN',
    'ENFORCER_FUNCTION',
  ],
  holds: ['BUDGETS_TABLE', 'ALERTS_TABLE'],
  enforcer: ['BUDGETS_TABLE', 'HALT_POLICY_ARN', 'ECONOMY_POLICY_ARN'],
  notify: ['ALERTS_TABLE', 'BUDGET_ALERTS_TOPIC_ARN', 'CRITICAL_TOPIC_ARN'],
  audit: ['AUDIT_TABLE'],
  logging: ['BUDGETS_TABLE'],
  prices: ['BUDGETS_TABLE', 'OPERATIONS_TOPIC_ARN'],
  'lift-denies': ['HALT_POLICY_ARN', 'ECONOMY_POLICY_ARN'],
} as const satisfies Record<string, readonly string[]>;

export type FunctionName = keyof typeof environments;
export type Environment<F extends FunctionName> = Record<(typeof environments)[F][number], string>;

/** Thrown at cold start when the deployment did not set a variable that the function needs. */
export class MissingEnvironmentError extends Error {
  override name = 'MissingEnvironmentError';
}

/** Reads exactly the variables that `name` declares. @throws MissingEnvironmentError naming all that are missing. */
export function readEnvironment<F extends FunctionName>(
  name: F,
  source: Record<string, string | undefined>,
): Environment<F> {
  const missing = environments[name].filter((key) => !source[key]);
  if (missing.length > 0) {
    throw new MissingEnvironmentError(
      `The function ${name} lacks the environment ${missing.join(', ')}: deploy the stack again.`,
    );
  }
  return Object.fromEntries(environments[name].map((key) => [key, source[key]])) as Environment<F>;
}
