import { Duration } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import { metricSum } from './metric-sum.ts';

export interface TopicAlarmProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
  readonly topics: readonly sns.ITopic[];
}

const period = Duration.minutes(5);

/** Messages that SNS could not hand to a subscriber. It goes to the operations topic, the only place there is. */
export class TopicAlarm extends Construct {
  constructor(scope: Construct, id: string, { stage, operations, topics }: TopicAlarmProps) {
    super(scope, id);
    new OperationsAlarm(this, 'Undelivered', {
      stage,
      topic: operations,
      name: 'alerts-undelivered',
      description: 'SNS gave up on delivering a message to a subscriber: someone was not told.',
      metric: metricSum(
        'Failed notifications',
        period,
        topics.map((topic) => topic.metricNumberOfNotificationsFailed({ period })),
      ),
    });
  }
}
