import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { usageEventDetailType } from '../../lambda/contracts/usage-event.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';

export interface UsageQueueProps {
  readonly stage: string;
  readonly key?: kms.IKey | undefined;
  readonly operations: sns.ITopic;
}

/** SQS's longest. */
const retention = Duration.days(14);
/** With a visibility of six minutes: two hours of tries, then a person has to look. */
const triesBeforeDeadLetter = 20;

/** Keeps usage events from the bus until they are metered: a busy table delays them, and loses none. */
export class UsageQueue extends Construct {
  readonly #queue: sqs.Queue;
  readonly #deadLetters: sqs.Queue;
  readonly #key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: UsageQueueProps) {
    super(scope, id);
    this.#key = props.key;
    const common = {
      retentionPeriod: retention,
      enforceSSL: true,
      ...(props.key
        ? { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: props.key }
        : { encryption: sqs.QueueEncryption.SQS_MANAGED }),
    };
    this.#deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      queueName: physicalName(props.stage, 'usage-dead-letters'),
    });
    this.#queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: physicalName(props.stage, 'usage'),
      // AWS asks for six times the function's timeout.
      visibilityTimeout: Duration.minutes(6),
      deadLetterQueue: { queue: this.#deadLetters, maxReceiveCount: triesBeforeDeadLetter },
    });
    this.#alarm(props);
  }

  /** Puts every usage event of the bus into the queue, whoever its source: the refused are to be counted. */
  takeEventsOf(eventBus: events.IEventBus): void {
    new events.Rule(this, 'UsageEvent', {
      description: 'An application reported usage',
      eventBus,
      eventPattern: { detailType: [usageEventDetailType] },
      targets: [new SqsQueue(this.#queue)],
    });
  }

  feed(meter: lambda.Function): void {
    allow(
      meter,
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      [this.#queue.queueArn],
    );
    allowKeyUse(meter, this.#key);
    new lambda.EventSourceMapping(this, 'Mapping', {
      target: meter,
      eventSourceArn: this.#queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // A flood of events must not take the tables' write capacity from ingest.
      maxConcurrency: 2,
    }).node.addDependency(meter.role ?? meter);
  }

  #alarm({ stage, operations }: UsageQueueProps): void {
    new OperationsAlarm(this, 'DeadLettersAlarm', {
      stage,
      topic: operations,
      name: 'usage-dead-letters',
      description: 'Usage events could not be metered, and are deleted 14 days after they arrived.',
      metric: this.#deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
    });
    new OperationsAlarm(this, 'BacklogAlarm', {
      stage,
      topic: operations,
      name: 'usage-behind',
      description: 'Usage events wait for an hour: what they cost shows late, and stops people late.',
      metric: this.#queue.metricApproximateAgeOfOldestMessage({ statistic: cloudwatch.Stats.MAXIMUM }),
      threshold: Duration.hours(1).toSeconds(),
    });
  }
}
