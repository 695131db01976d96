import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { physicalName } from '../shared/naming.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface BedrockCostBudgetProps {
  readonly stage: string;
  /** What a month may cost, USD. */
  readonly monthUsd: string;
  /** Which lines of the bill are Bedrock's. */
  readonly scope: StageConfig['awsBudget'];
  /** Where the critical topic is, which is told at 80 % of actual and at 100 % of forecast cost. */
  readonly region: string;
}

/**
 * AWS's own budget on the bill, beside ours on the log. It is hours late and stops nobody, but it also sees what Bedrock
 * does not log: batch jobs, the mantle endpoint, other Regions, capacity billed by the hour.
 */
export class BedrockCostBudget extends Construct {
  constructor(scope: Construct, id: string, props: BedrockCostBudgetProps) {
    super(scope, id);
    // By name: a reference would tie the topic's stack to this one, which may be in another Region.
    const address = Stack.of(this).formatArn({
      service: 'sns',
      region: props.region,
      resource: physicalName(props.stage, 'critical'),
    });
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address }],
    });
    new budgets.CfnBudget(this, 'Budget', {
      // No name: a changed notification replaces the budget, and two cannot have the same name.
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: Number(props.monthUsd), unit: 'USD' },
        metrics: ['UnblendedCost'],
        filterExpression: billedFor(props.scope),
      },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
  }
}

/** Lets AWS Budgets tell a topic, of budgets of this account. It sends a test message when a budget is created. */
export const letBudgetsPublish = (topic: AlertTopic): void =>
  topic.letServicePublish(
    'BudgetsPublish',
    'budgets.amazonaws.com',
    Stack.of(topic).formatArn({
      service: 'budgets',
      region: '',
      resource: '*',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    }),
  );

/** Models of Amazon and of some others are lines of Bedrock itself; the rest are Marketplace products, one a model. */
function billedFor({
  services,
  marketplace,
}: StageConfig['awsBudget']): budgets.CfnBudget.ExpressionProperty {
  const bedrock = { dimensions: { key: 'SERVICE', matchOptions: ['EQUALS'], values: services } };
  if (!marketplace) return bedrock;
  return {
    or: [
      bedrock,
      { dimensions: { key: 'BILLING_ENTITY', matchOptions: ['EQUALS'], values: ['AWS Marketplace'] } },
    ],
  };
}
