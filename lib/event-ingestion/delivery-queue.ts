import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricSum } from '../monitoring/metric-sum.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';

export interface QueueContext {
  readonly stage: string;
  /** @default a key of SQS's own */
  readonly key?: kms.IKey | undefined;
  readonly operations: sns.ITopic;
}

export interface DeliveryQueueProps extends QueueContext {
  /** Of the queue, and the start of its dead letters' and alarms' names: `ingest`. */
  readonly name: string;
  /** AWS asks for six times the function's timeout. */
  readonly visibilityTimeout: Duration;
  /** Calls of the function that the queue makes at once. */
  readonly maxConcurrency: number;
  /**
   * One sentence each: what it means that there are dead letters, and that messages wait for an hour. Without a backlog the
   * first alarm rings for each message that comes: nothing comes as long as all is well.
   */
  readonly meaning: { readonly deadLetters: string; readonly backlog?: string };
}

/** SQS's longest; also the longest that raw log data may rest outside the log itself. */
const retention = Duration.days(14);
/** Hours of tries (so many times the visibility timeout), then an operator has to act. */
const triesBeforeDeadLetter = 20;

/** A queue that stands before a function so that nothing is dropped, what it gives up on, and what rings for both. */
export abstract class DeliveryQueue extends Construct {
  protected readonly stage: string;
  protected readonly queue: sqs.Queue;
  readonly #deadLetters: sqs.Queue;
  readonly #props: DeliveryQueueProps;

  constructor(scope: Construct, id: string, props: DeliveryQueueProps) {
    super(scope, id);
    this.#props = props;
    this.stage = props.stage;
    const common = {
      retentionPeriod: retention,
      enforceSSL: true,
      ...(props.key
        ? { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: props.key }
        : { encryption: sqs.QueueEncryption.SQS_MANAGED }),
    };
    this.#deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      queueName: physicalName(props.stage, `${props.name}-dead-letters`),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: physicalName(props.stage, props.name),
      visibilityTimeout: props.visibilityTimeout,
      deadLetterQueue: { queue: this.#deadLetters, maxReceiveCount: triesBeforeDeadLetter },
    });
    this.#alarm(props);
  }

  /** Hands the messages to the function, and gives it what it needs for that. */
  feed(fn: lambda.Function): void {
    const { key, maxConcurrency } = this.#props;
    allow(
      fn,
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      [this.queue.queueArn],
    );
    allowKeyUse(fn, key);
    new lambda.EventSourceMapping(this, 'Mapping', {
      target: fn,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency,
    }).node.addDependency(fn.role ?? fn);
  }

  #alarm({ stage, operations, name, meaning }: DeliveryQueueProps): void {
    const dead = this.#deadLetters.metricApproximateNumberOfMessagesVisible({
      statistic: cloudwatch.Stats.MAXIMUM,
    });
    const sent = this.queue.metricNumberOfMessagesSent();
    new OperationsAlarm(this, 'DeadLettersAlarm', {
      stage,
      topic: operations,
      name: meaning.backlog === undefined ? name : `${name}-dead-letters`,
      description: meaning.deadLetters,
      metric: meaning.backlog === undefined ? metricSum(name, Duration.minutes(5), [sent, dead]) : dead,
    });
    if (meaning.backlog === undefined) return;
    new OperationsAlarm(this, 'BacklogAlarm', {
      stage,
      topic: operations,
      name: `${name}-behind`,
      description: meaning.backlog,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: cloudwatch.Stats.MAXIMUM }),
      threshold: Duration.hours(1).toSeconds(),
    });
  }
}
