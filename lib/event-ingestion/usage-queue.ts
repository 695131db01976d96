import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { usageEventDetailType } from '../../lambda/contracts/usage-event.ts';
import { ruleName } from '../shared/rules.ts';
import { DeliveryQueue, type QueueContext } from './delivery-queue.ts';

/** Keeps usage events from the bus until they are metered: a busy table delays them, and loses none. */
export class UsageQueue extends DeliveryQueue {
  constructor(scope: Construct, id: string, context: QueueContext) {
    super(scope, id, {
      ...context,
      name: 'usage',
      visibilityTimeout: Duration.minutes(6),
      // A flood of events must not take the tables' write capacity from ingest.
      maxConcurrency: 2,
      meaning: {
        deadLetters: 'Usage events could not be metered, and are deleted 14 days after they arrived.',
        backlog: 'Usage events wait for an hour: what they cost shows late, and stops people late.',
      },
    });
  }

  /** Puts every usage event of the bus into the queue, whoever its source: the refused are to be counted. */
  takeEventsOf(eventBus: events.IEventBus): void {
    new events.Rule(this, 'UsageEvent', {
      ruleName: ruleName(this.stage, 'usage-event'),
      description: 'An application reported usage',
      eventBus,
      eventPattern: { detailType: [usageEventDetailType] },
      targets: [new SqsQueue(this.queue)],
    });
  }
}
