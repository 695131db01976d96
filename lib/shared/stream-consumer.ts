import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { BudgeteerTable } from '../data-storage/budgeteer-table.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import { acknowledgeRole } from './acknowledge.ts';
import { OperationsAlarm } from './operations-alarm.ts';

export interface StreamConsumerProps {
  readonly stage: string;
  /** Start of the alarm's name: `audit`. */
  readonly name: string;
  readonly handler: lambda.Function;
  readonly table: BudgeteerTable;
  /** Only records that match one of these invoke the handler; the others cost nothing. */
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  /**
   * Tries of a failing record; the ones of its shard wait behind it meanwhile.
   * @default until the record is 20 hours old
   */
  readonly retryAttempts?: number;
  /**
   * Records that the handler gets at once, and how long Lambda waits for so many.
   * @default 100, at once
   */
  readonly batch?: { readonly size: number; readonly window: Duration };
  readonly operations: sns.ITopic;
  /** Takes the records that the handler gives up on. */
  readonly givenUp: GivenUpQueue;
}

/** Feeds a table's stream to a function and alarms when the function falls behind. */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    props.table.grantReadStream(props.handler);
    new lambda.EventSourceMapping(this, 'Mapping', {
      target: props.handler,
      ...(props.table.tableStreamArn !== undefined && { eventSourceArn: props.table.tableStreamArn }),
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: props.batch?.size ?? 100,
      ...(props.batch && { maxBatchingWindow: props.batch.window }),
      filters: props.filters.map((pattern) => lambda.FilterCriteria.filter(pattern)),
      // Only the failed record and its successors go again; halving finds one that kills the whole invocation.
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts ?? -1,
      // Records that leave the stream by their age tell nobody: what takes them up needs some hours of it.
      maxRecordAge: Duration.hours(20),
      onFailure: props.givenUp.destinationOf(props.handler),
    }).node.addDependency(props.handler.role ?? props.handler);
    acknowledgeRole(props.handler, {
      'IAM5[Resource::*]':
        'dynamodb:ListStreams, which an event source needs, has no resource to be limited to.',
    });
    new OperationsAlarm(this, 'Behind', {
      stage: props.stage,
      topic: props.operations,
      name: `${props.name}-behind`,
      description: `The ${props.name} function is 15 minutes behind its stream: records fail, or it cannot keep up.`,
      metric: props.handler.metric('IteratorAge', {
        statistic: cloudwatch.Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: Duration.minutes(15).toMilliseconds(),
    });
  }
}
