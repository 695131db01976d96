import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import { fencedRolesOf } from '../../lambda/domain/settings.ts';
import type { StageConfig } from '../config.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import { BatchJobStopper } from '../security/batch-jobs.ts';
import type { BudgetPolicies } from '../security/budget-policies.ts';
import { SessionFence } from '../security/session-fence.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';

export interface EnforcerProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly policies: BudgetPolicies;
  readonly config: StageConfig;
  readonly operationsTopic: AlertTopic;
  readonly givenUp: GivenUpQueue;
}

/**
 * Creates the enforcer in a stack, with the functions it asks and the alarm on its failures. It is no construct of its
 * own: that would change the logical ids of what is deployed.
 */
export function createEnforcer(scope: Construct, props: EnforcerProps): BudgeteerFunction<'enforcer'> {
  const { functions, userBudgets, policies, config, operationsTopic } = props;
  const { breakGlass } = config.settings;
  const roles = fencedRolesOf(config.settings);
  const fence =
    roles.length > 0
      ? new SessionFence(scope, 'Fence', { functions, userBudgets, roles, breakGlass })
      : undefined;
  const jobs = new BatchJobStopper(scope, 'BatchJobs', { functions, userBudgets });
  const enforcer = new BudgeteerFunction(scope, 'Enforcer', {
    ...functions,
    name: 'enforcer',
    description: 'Makes IAM match the holds of one principal, and reads it back',
    environment: {
      BUDGETS_TABLE: userBudgets.tableName,
      FENCE_FUNCTION: fence?.fn.functionName ?? 'none',
      JOBS_FUNCTION: jobs.fn.functionName,
      PROBED_MODEL_ARN: policies.probedModelArn,
      ...policies.environment,
    },
    // IAM shows a change after seconds; a read-back that takes longer is retried by the machine.
    timeout: Duration.minutes(1),
    // IAM's control plane is slow and shared by the whole account: two hands at once are enough.
    ...(config.enforcerConcurrency !== 'unreserved' && {
      reservedConcurrentExecutions: config.enforcerConcurrency,
    }),
  });
  userBudgets.grantEnforce(enforcer);
  policies.grantEnforce(enforcer);
  fence?.grantInvoke(enforcer);
  jobs.grantAsk(enforcer);
  for (const fn of [enforcer, jobs.fn]) props.givenUp.takeEventsOf(fn);
  new OperationsAlarm(scope, 'EnforcementFailing', {
    stage: functions.stage,
    topic: operationsTopic,
    name: 'enforcement-failing',
    description: 'IAM was not what the holds ask for after a try: someone spends who should not, or cannot.',
    metric: countedBy(functions.stage, 'enforcer', controlMetrics.enforcementFailures),
  });
  return enforcer;
}
