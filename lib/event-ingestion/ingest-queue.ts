import { Aws, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';

export interface IngestQueueProps {
  readonly stage: string;
  readonly key?: kms.IKey | undefined;
  readonly operations: sns.ITopic;
}

/** SQS's longest; also the longest that raw log data may rest outside the log itself. */
const retention = Duration.days(14);
/** With a visibility of 12 minutes: four hours of tries, then a person has to look. */
const triesBeforeDeadLetter = 20;

/**
 * What stands between the sources and ingest so that nothing is dropped: the durable path (S3 objects) comes through
 * it, and what fails on the fast path (CloudWatch Logs) falls into it and is tried again from there.
 */
export class IngestQueue extends Construct {
  readonly #queue: sqs.Queue;
  readonly #deadLetters: sqs.Queue;
  readonly #key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: IngestQueueProps) {
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
      queueName: physicalName(props.stage, 'ingest-dead-letters'),
    });
    this.#queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: physicalName(props.stage, 'ingest'),
      // AWS asks for six times the function's timeout.
      visibilityTimeout: Duration.minutes(12),
      deadLetterQueue: { queue: this.#deadLetters, maxReceiveCount: triesBeforeDeadLetter },
    });
    this.#alarm(props);
  }

  /** Puts every new log object of the bucket into the queue. */
  takeObjectsOf(bucket: s3.IBucket): void {
    new events.Rule(this, 'NewLogObject', {
      description: 'Bedrock delivered a log object',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          // A shared bucket holds other accounts' logs too, which ingest may not read and must not meter.
          object: {
            key: events.Match.wildcard(`*AWSLogs/${Aws.ACCOUNT_ID}/BedrockModelInvocationLogs/*.json.gz`),
          },
        },
      },
      targets: [new SqsQueue(this.#queue)],
    });
  }

  /** Feeds the queue to ingest, and takes back what ingest could not do when CloudWatch Logs called it. */
  feed(ingest: lambda.Function): void {
    allow(
      ingest,
      [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
      [this.#queue.queueArn],
    );
    allowKeyUse(ingest, this.#key);
    new lambda.EventSourceMapping(this, 'Mapping', {
      target: ingest,
      eventSourceArn: this.#queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // A backlog must not take the ledger's write capacity from the fast path.
      maxConcurrency: 5,
    }).node.addDependency(ingest.role ?? ingest);
    ingest.configureAsyncInvoke({
      // Not `SqsDestination`: it grants wildcards of the key's actions. The permission to send is above.
      onFailure: { bind: () => ({ destination: this.#queue.queueArn }) },
      // Lambda's own two tries first; an hour, because the queue is the better place to wait.
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
  }

  #alarm({ stage, operations }: IngestQueueProps): void {
    new OperationsAlarm(this, 'DeadLettersAlarm', {
      stage,
      topic: operations,
      name: 'ingest-dead-letters',
      description: 'Ingest gave up on log data: it is unmetered, and deleted 14 days after it arrived.',
      metric: this.#deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
    });
    new OperationsAlarm(this, 'BacklogAlarm', {
      stage,
      topic: operations,
      name: 'ingest-behind',
      description: 'Log data waits for an hour: metering, and so every alert and suspension, is late.',
      metric: this.#queue.metricApproximateAgeOfOldestMessage({ statistic: cloudwatch.Stats.MAXIMUM }),
      threshold: Duration.hours(1).toSeconds(),
    });
  }
}
