import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { BudgetPolicies } from '../security/budget-policies.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { countedBy, OperationsAlarm, type OperationsAlarmProps } from '../shared/operations-alarm.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import { RestorationMachine } from './restoration-machine.ts';
import { SuspensionMachine } from './suspension-machine.ts';

export interface WorkflowOrchestrationStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly policies: BudgetPolicies;
  readonly operationsTopic: AlertTopic;
}

/** From a balance to a decision, and from a decision to IAM. */
export class WorkflowOrchestrationStack extends Stack {
  readonly #props: WorkflowOrchestrationStackProps;
  readonly #holds: BudgeteerFunction<'holds'>;
  readonly #enforcer: BudgeteerFunction<'enforcer'>;
  readonly #suspension: SuspensionMachine;
  readonly #restoration: RestorationMachine;

  constructor(scope: Construct, id: string, props: WorkflowOrchestrationStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      description: 'Bedrock Budgeteer: decisions, suspensions, restorations',
    });
    this.#props = props;
    this.#holds = this.#createHolds();
    this.#enforcer = this.#createEnforcer();
    const workflow = {
      stage: props.functions.stage,
      key: props.functions.key,
      operations: props.operationsTopic,
      holds: this.#holds,
      enforcer: this.#enforcer,
    };
    this.#suspension = new SuspensionMachine(this, 'Suspension', {
      ...workflow,
      graceSeconds: props.config.settings.graceSeconds,
    });
    this.#restoration = new RestorationMachine(this, 'Restoration', workflow);
    this.#evaluateChanges();
    this.#sweepEachMinute();
  }

  #createHolds(): BudgeteerFunction<'holds'> {
    const { functions, userBudgets, budgetAlerts } = this.#props;
    const holds = new BudgeteerFunction(this, 'Holds', {
      ...functions,
      name: 'holds',
      description: 'The steps of suspension and restoration that change what should be',
      environment: { BUDGETS_TABLE: userBudgets.tableName, ALERTS_TABLE: budgetAlerts.tableName },
      timeout: Duration.seconds(30),
    });
    userBudgets.grantHold(holds);
    budgetAlerts.grantRaise(holds);
    return holds;
  }

  #createEnforcer(): BudgeteerFunction<'enforcer'> {
    const { functions, userBudgets, policies, config } = this.#props;
    const enforcer = new BudgeteerFunction(this, 'Enforcer', {
      ...functions,
      name: 'enforcer',
      description: 'Makes IAM match the holds of one principal, and reads it back',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        HALT_POLICY_ARN: policies.halt.managedPolicyArn,
        ECONOMY_POLICY_ARN: policies.economy.managedPolicyArn,
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
    this.#alarm('EnforcementFailing', {
      name: 'enforcement-failing',
      description:
        'IAM was not what the holds ask for after a try: someone spends who should not, or cannot.',
      metric: countedBy('enforcer', controlMetrics.enforcementFailures),
    });
    return enforcer;
  }

  #evaluateChanges(): void {
    const evaluate = this.#decider('evaluate', 'Decides on a subject whose balance or budget has changed');
    new StreamConsumer(this, 'BudgetsToEvaluate', {
      stage: this.#props.functions.stage,
      name: 'evaluate',
      handler: evaluate,
      table: this.#props.userBudgets,
      // Its own states and outbox items do not wake it; an acknowledged WAKE is deleted, which does not either.
      filters: [
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'BAL#' }] } } } },
        { dynamodb: { Keys: { sk: { S: ['BUDGET'] } } } },
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['WAKE'] } } } },
      ],
      // A decision reads everything anew, so what fails here is caught up by the next change or by the sweep.
      retryAttempts: 10,
      operations: this.#props.operationsTopic,
    });
  }

  #sweepEachMinute(): void {
    const sweep = this.#decider(
      'sweep',
      'Decides on what time alone changes, and on what a failure has missed',
    );
    this.#props.userBudgets.grantQueryDue(sweep);
    this.#suspension.grantDescribe(sweep);
    this.#restoration.grantDescribe(sweep);
    new events.Rule(this, 'EachMinute', {
      description: 'Sweeps what is due',
      // On the minute: a window turns on one.
      schedule: events.Schedule.cron({ minute: '*' }),
      // The next minute is the retry.
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    this.#alarm('SweepSilent', {
      name: 'sweep-silent',
      description: 'The sweep has not run for five minutes: nobody is released, and no failure is caught up.',
      metric: sweep.metricInvocations({ period: Duration.minutes(5) }),
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      missingIsBad: true,
    });
    this.#alarm('SweepFailing', {
      name: 'sweep-failing',
      description: 'The sweep died in each of three periods of five minutes: what is due piles up.',
      metric: sweep.metricErrors({ period: Duration.minutes(5) }),
      periods: 3,
    });
    this.#alarm('SweepIncomplete', {
      name: 'sweep-incomplete',
      description: 'For a quarter of an hour the sweep could not see to some subjects.',
      metric: countedBy('sweep', controlMetrics.sweepFailures),
      periods: 3,
    });
  }

  #alarm(id: string, props: Omit<OperationsAlarmProps, 'stage' | 'topic'>): void {
    const { functions, operationsTopic } = this.#props;
    new OperationsAlarm(this, id, { ...props, stage: functions.stage, topic: operationsTopic });
  }

  /** Evaluate and sweep decide alike; they differ in what wakes them. */
  #decider<F extends FunctionName & ('evaluate' | 'sweep')>(name: F, description: string) {
    const { functions, userBudgets, budgetAlerts } = this.#props;
    const decider = new BudgeteerFunction<'evaluate' | 'sweep'>(
      this,
      name === 'evaluate' ? 'Evaluate' : 'Sweep',
      {
        ...functions,
        name,
        description,
        environment: {
          BUDGETS_TABLE: userBudgets.tableName,
          ALERTS_TABLE: budgetAlerts.tableName,
          SUSPENSION_MACHINE_ARN: this.#suspension.machine.stateMachineArn,
          RESTORATION_MACHINE_ARN: this.#restoration.machine.stateMachineArn,
          ENFORCER_FUNCTION: this.#enforcer.functionName,
        },
        timeout: Duration.minutes(1),
        memorySize: 512,
      },
    );
    userBudgets.grantDecide(decider);
    budgetAlerts.grantRaise(decider);
    this.#suspension.grantStart(decider);
    this.#restoration.grantStart(decider);
    allow(decider, ['lambda:InvokeFunction'], [this.#enforcer.functionArn]);
    return decider;
  }
}
