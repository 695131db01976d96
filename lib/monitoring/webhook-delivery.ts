import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Webhook } from '../../lambda/domain/notify/channels.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import { DeliveryQueue, type QueueContext } from '../event-ingestion/delivery-queue.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';

export interface WebhookDeliveryProps {
  readonly functions: FunctionContext;
  readonly budgetAlerts: BudgetAlertsTable;
  /** At least one. */
  readonly webhooks: readonly Webhook[];
  readonly operations: QueueContext['operations'];
}

/** From the queue to the webhooks. The only function that may read their addresses, and it reads no budgets. */
export class WebhookDelivery extends Construct {
  readonly #queue: WebhooksQueue;

  constructor(
    scope: Construct,
    id: string,
    { functions, budgetAlerts, webhooks, operations }: WebhookDeliveryProps,
  ) {
    super(scope, id);
    const { stage, key } = functions;
    this.#queue = new WebhooksQueue(this, 'Queue', { stage, key, operations });
    const post = new BudgeteerFunction(this, 'Post', {
      ...functions,
      name: 'notify-webhooks',
      description: 'Posts alerts to webhooks, each once',
      environment: { ALERTS_TABLE: budgetAlerts.tableName, WEBHOOK_QUEUE_URL: this.#queue.url },
      // The messages of a batch go at once, each with five seconds for its receiver.
      timeout: Duration.minutes(1),
    });
    budgetAlerts.grantMarkSent(post);
    allow(
      post,
      ['secretsmanager:GetSecretValue'],
      webhooks.map(({ secretArn }) => secretArn),
    );
    const keys = webhooks.flatMap(({ secretKeyArn }) => secretKeyArn ?? []);
    if (keys.length > 0) allow(post, ['kms:Decrypt'], keys);
    this.#queue.feed(post);
  }

  get queueUrl(): string {
    return this.#queue.url;
  }

  /** Notify: puts messages in. */
  grantSend(grantee: iam.IGrantable): void {
    this.#queue.grantSend(grantee);
  }
}

class WebhooksQueue extends DeliveryQueue {
  readonly #context: QueueContext;

  constructor(scope: Construct, id: string, context: QueueContext) {
    super(scope, id, {
      ...context,
      name: 'webhooks',
      visibilityTimeout: Duration.minutes(6),
      maxConcurrency: 2,
      meaning: {
        deadLetters:
          'A webhook did not take an alert for about four hours; the SNS topics had it all the same.',
        backlog: 'Alerts wait for a webhook since an hour: its receiver refuses them or is out of reach.',
      },
    });
    this.#context = context;
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  grantSend(grantee: iam.IGrantable): void {
    allow(grantee, ['sqs:SendMessage'], [this.queue.queueArn]);
    allowKeyUse(grantee, this.#context.key);
  }
}
