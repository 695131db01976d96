import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { ruleName } from '../shared/rules.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface SpendReportsProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  /** Who gets the reports. */
  readonly budgetAlerts: AlertTopic;
  /** UTC. */
  readonly hour: number;
}

/** Tells admins each day and each week who spent what, and how the account stands. */
export class SpendReports extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { functions, userBudgets, budgetAlerts, hour }: SpendReportsProps,
  ) {
    super(scope, id);
    const reports = new BudgeteerFunction(this, 'Reports', {
      ...functions,
      name: 'reports',
      description: 'Tells admins each day and each week who spent what',
      environment: { BUDGETS_TABLE: userBudgets.tableName, BUDGET_ALERTS_TOPIC_ARN: budgetAlerts.topicArn },
      // It reads a whole table, slowly.
      timeout: Duration.minutes(15),
    });
    userBudgets.grantSurvey(reports);
    reports.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyTheDeploymentsOwnItems',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [userBudgets.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
      }),
    );
    budgetAlerts.grantSend(reports);
    new events.Rule(this, 'Daily', {
      ruleName: ruleName(functions.stage, 'reports-daily'),
      description: 'Sends the reports that are due today',
      schedule: events.Schedule.cron({ hour: String(hour), minute: '7' }),
      targets: [new LambdaFunction(reports, { retryAttempts: 3, maxEventAge: Duration.hours(6) })],
    });
  }
}
