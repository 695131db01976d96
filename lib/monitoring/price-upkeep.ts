import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { priceMetrics } from '../../lambda/contracts/metrics.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { ruleName } from '../shared/rules.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface PriceUpkeepProps {
  readonly functions: FunctionContext;
  /** Where it remembers what it told. */
  readonly userBudgets: UserBudgetsTable;
  /** Who is told of a price that the book does not have. */
  readonly operations: AlertTopic;
}

/** Holds AWS's Price List against the price book, once a day. It changes no price: that is a person's business. */
export class PriceUpkeep extends Construct {
  constructor(scope: Construct, id: string, { functions, userBudgets, operations }: PriceUpkeepProps) {
    super(scope, id);
    const prices = new BudgeteerFunction(this, 'Prices', {
      ...functions,
      name: 'prices',
      description: "Compares AWS's Price List with the price book and tells of differences, once each",
      environment: { BUDGETS_TABLE: userBudgets.tableName, OPERATIONS_TOPIC_ARN: operations.topicArn },
      // Thousands of products, a hundred a page.
      timeout: Duration.minutes(5),
      memorySize: 512,
    });
    allow(prices, ['pricing:GetProducts'], ['*']);
    acknowledgeRole(prices, {
      'IAM5[Resource::*]': 'The Price List is public and has no ARN to be limited to.',
    });
    prices.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyTheDeploymentsOwnItem',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [userBudgets.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
      }),
    );
    allowKeyUse(prices, functions.key);
    operations.grantSend(prices);

    new events.Rule(this, 'Daily', {
      ruleName: ruleName(functions.stage, 'prices-daily'),
      description: "Compares AWS's Price List with the price book",
      schedule: events.Schedule.cron({ hour: '5', minute: '17' }),
      targets: [new LambdaFunction(prices, { retryAttempts: 3, maxEventAge: Duration.hours(1) })],
    });
    new OperationsAlarm(this, 'Unchecked', {
      stage: functions.stage,
      topic: operations,
      name: 'prices-unchecked',
      description:
        'For two days no price of the book was confirmed: the comparison failed, or it did not run. Metering goes on.',
      metric: countedBy(functions.stage, 'prices', priceMetrics.agreed).with({ period: Duration.days(1) }),
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      // The hour of a run varies a little, so one day may see two of them and the next one none.
      periods: 2,
      endOfDataIsBad: true,
    });
  }
}
