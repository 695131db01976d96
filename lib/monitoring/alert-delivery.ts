import { Aws, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { notConfigured } from '../../lambda/contracts/environment.ts';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import type { AlertTopic } from './alert-topic.ts';
import type { GivenUpQueue } from './given-up-queue.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

export interface AlertDeliveryProps {
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlertsTopic: AlertTopic;
  readonly criticalTopic: AlertTopic;
  /** Undefined where people are not told of their own budgets. */
  readonly userWarningsTopic: AlertTopic | undefined;
  readonly operationsTopic: AlertTopic;
  readonly givenUp: GivenUpQueue;
}

/**
 * What one message may report: alerts of a second, at most so many. In a storm the function itself pauses after each
 * digest, so that the next one gathers more; a single alert need not wait for that.
 */
const batch = { size: 250, window: Duration.seconds(1) };

/** From an alert in the table to everyone who is to be told. */
export class AlertDelivery extends Construct {
  constructor(scope: Construct, id: string, props: AlertDeliveryProps) {
    super(scope, id);
    const { functions, budgetAlerts, config, operationsTopic } = props;
    const { webhooks } = config.settings;
    const posting =
      webhooks.length === 0
        ? undefined
        : new WebhookDelivery(this, 'Webhooks', {
            functions,
            budgetAlerts,
            webhooks,
            operations: operationsTopic,
          });
    const topics = [props.budgetAlertsTopic, props.criticalTopic];
    // In the stack's own scope: under another logical id it would be a second function of the same name.
    const notify = new BudgeteerFunction(scope, 'Notify', {
      ...functions,
      name: 'notify',
      description: 'Tells of each budget alert once',
      environment: {
        ALERTS_TABLE: budgetAlerts.tableName,
        BUDGETS_TABLE: props.userBudgets.tableName,
        LEDGER_TABLE: props.usageTracking.tableName,
        BUDGET_ALERTS_TOPIC_ARN: props.budgetAlertsTopic.topicArn,
        CRITICAL_TOPIC_ARN: props.criticalTopic.topicArn,
        ACCOUNT: Aws.ACCOUNT_ID,
        USER_WARNINGS_TOPIC_ARN: props.userWarningsTopic?.topicArn ?? notConfigured,
        WEBHOOK_QUEUE_URL: posting?.queueUrl ?? notConfigured,
      },
      timeout: Duration.minutes(1),
    });
    budgetAlerts.grantSend(notify);
    props.usageTracking.grantReadCalls(notify);
    props.userBudgets.grantReadTags(notify);
    for (const topic of [...topics, ...(props.userWarningsTopic ? [props.userWarningsTopic] : [])]) {
      topic.grantSend(notify);
    }
    posting?.grantSend(notify);
    new StreamConsumer(scope, 'AlertsToNotify', {
      stage: functions.stage,
      name: 'notify',
      handler: notify,
      table: budgetAlerts,
      // Of several rungs crossed at once only the highest carries `publish`, and it names the others.
      filters: [{ eventName: ['INSERT'], dynamodb: { NewImage: { publish: { BOOL: [true] } } } }],
      batch,
      operations: operationsTopic,
      givenUp: props.givenUp,
    });
  }
}
