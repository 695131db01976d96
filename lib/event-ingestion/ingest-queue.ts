import { Aws, Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { allow } from '../shared/grant.ts';
import { ruleName } from '../shared/rules.ts';
import { DeliveryQueue, type QueueContext } from './delivery-queue.ts';

/**
 * What stands between the sources and ingest so that nothing is dropped: the durable path (S3 objects) comes through
 * it, and what fails on the fast path (CloudWatch Logs) falls into it and is tried again from there.
 */
export class IngestQueue extends DeliveryQueue {
  constructor(scope: Construct, id: string, context: QueueContext) {
    super(scope, id, {
      ...context,
      name: 'ingest',
      visibilityTimeout: Duration.minutes(12),
      // A backlog must not take the ledger's write capacity from the fast path.
      maxConcurrency: 5,
      meaning: {
        deadLetters: 'Ingest gave up on log data: it is unmetered, and deleted 14 days after it arrived.',
        backlog: 'Log data waits for an hour: metering, and so every alert and suspension, is late.',
      },
    });
  }

  /** Puts every new log object of the bucket into the queue. */
  takeObjectsOf(bucket: s3.IBucket): events.IRule {
    return new events.Rule(this, 'NewLogObject', {
      ruleName: ruleName(this.stage, 'new-log-object'),
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
      targets: [new SqsQueue(this.queue)],
    });
  }

  /** Feeds the queue to ingest, and takes back what ingest could not do when CloudWatch Logs called it. */
  override feed(ingest: lambda.Function): void {
    super.feed(ingest);
    allow(ingest, ['sqs:SendMessage'], [this.queue.queueArn]);
    ingest.configureAsyncInvoke({
      // Not `SqsDestination`: it grants wildcards of the key's actions. The permission to send is above.
      onFailure: { bind: () => ({ destination: this.queue.queueArn }) },
      // Lambda's own two tries first; an hour, because the queue is the better place to wait.
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
  }
}
