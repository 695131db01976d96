import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { reconcileMetrics } from '../../lambda/contracts/metrics.ts';
import type { SwitchTask } from '../../lambda/contracts/workflows.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { grantLookUpPrincipals } from '../event-ingestion/ingest-look-ups.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import type { BudgetPolicies } from '../security/budget-policies.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { ruleName } from '../shared/rules.ts';
import { iamEventPattern } from './iam-event-pattern.ts';

export interface IamEventsProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly policies: BudgetPolicies;
  readonly operations: sns.ITopic;
  readonly enforcer: lambda.Function;
  readonly givenUp: GivenUpQueue;
  /** The halt switch, where the stage has one: its changes are no drift, and it is checked as often as IAM is. */
  readonly haltSwitch: lambda.Function | undefined;
}

/** CloudTrail delivers at best effort: what it misses is found within so long. */
const reconcileEvery = Duration.minutes(15);

/**
 * What others do in IAM: newcomers get their budget before their first call, and a deny that someone took off is put back.
 * Events come by the default bus, in us-east-1 by themselves and elsewhere by the forwarding stack; where none come, the
 * comparison finds the drift, and a newcomer is met at the first call.
 */
export class IamEvents extends Construct {
  readonly #props: IamEventsProps;

  constructor(scope: Construct, id: string, props: IamEventsProps) {
    super(scope, id);
    this.#props = props;
    this.#answerEvents();
    this.#reconcile();
  }

  #answerEvents(): void {
    const { functions, userBudgets, budgetAlerts, policies, enforcer, haltSwitch } = this.#props;
    const answer = new BudgeteerFunction(this, 'Answer', {
      ...functions,
      name: 'iam-events',
      description: 'Onboards new principals and puts back what others changed about our denies',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        ALERTS_TABLE: budgetAlerts.tableName,
        ENFORCER_FUNCTION: enforcer.functionName,
        OWN_ROLE_ARNS: [enforcer, ...(haltSwitch ? [haltSwitch] : [])]
          .map(({ role }) => role?.roleArn ?? '')
          .join(','),
        ...policies.environment,
      },
      timeout: Duration.seconds(30),
    });
    userBudgets.grantHold(answer);
    budgetAlerts.grantRaise(answer);
    grantLookUpPrincipals(answer);
    this.#props.givenUp.takeEventsOf(answer);
    allow(answer, ['lambda:InvokeFunction'], [enforcer.functionArn]);
    new events.Rule(this, 'IamChanged', {
      ruleName: ruleName(functions.stage, 'iam-changed'),
      description: 'Somebody changed IAM in a way that may concern budgets',
      eventPattern: iamEventPattern,
      targets: [new LambdaFunction(answer)],
    });
  }

  #reconcile(): void {
    const { functions, userBudgets, policies, enforcer, operations, haltSwitch } = this.#props;
    const look: SwitchTask = { attach: true };
    const { stage } = functions;
    const reconcile = new BudgeteerFunction(this, 'Reconcile', {
      ...functions,
      name: 'iam-reconcile',
      description: 'Compares who carries our denies with who is held',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        ENFORCER_FUNCTION: enforcer.functionName,
        ...policies.environment,
      },
      // It reads a hundred states a second; a round that does not get to its end leaves its repairs to the next.
      timeout: Duration.minutes(10),
    });
    userBudgets.grantCompare(reconcile);
    policies.grantListCarriers(reconcile);
    allow(reconcile, ['lambda:InvokeFunction'], [enforcer.functionArn]);
    new events.Rule(this, 'EachQuarterHour', {
      ruleName: ruleName(stage, 'iam-reconcile'),
      description: 'Compares IAM with the holds',
      schedule: events.Schedule.rate(reconcileEvery),
      // The next round is the retry.
      targets: [
        new LambdaFunction(reconcile, { retryAttempts: 0, maxEventAge: reconcileEvery }),
        ...(haltSwitch === undefined
          ? []
          : [
              new LambdaFunction(haltSwitch, {
                event: events.RuleTargetInput.fromObject(look),
                ...{ retryAttempts: 0, maxEventAge: reconcileEvery },
              }),
            ]),
      ],
    });
    const alarm = { stage, topic: operations };
    new OperationsAlarm(this, 'Drifted', {
      ...alarm,
      name: 'deny-drift',
      description: 'IAM was not what the holds ask for and nothing had told of it: denies are put back.',
      metric: countedBy(stage, 'iam-reconcile', reconcileMetrics.repairs),
    });
    new OperationsAlarm(this, 'Unknown', {
      ...alarm,
      name: 'deny-carriers-unknown',
      description: 'Someone carries a deny of ours who has no budget here: nothing lifts it but a person.',
      metric: countedBy(stage, 'iam-reconcile', reconcileMetrics.unknown),
    });
  }
}
