import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { batchMetrics } from '../../lambda/contracts/metrics.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { metricSum } from './metric-sum.ts';

export interface LogDeliveryAlarmsProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
}

const fiveMinutes = Duration.minutes(5);
const quarterHour = Duration.minutes(15);

/** Bedrock counts calls and deliveries without a dimension where it means "across all model IDs". */
function bedrockMetric(metricName: string, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Bedrock',
    metricName,
    statistic: cloudwatch.Stats.SUM,
    period,
  });
}

/** Between a call and its entry in the ledger: what Bedrock cannot deliver, what never arrives, what arrives late. */
export class LogDeliveryAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, operations }: LogDeliveryAlarmsProps) {
    super(scope, id);
    const common = { stage, topic: operations };
    new OperationsAlarm(this, 'Failing', {
      ...common,
      name: 'log-delivery-failing',
      description: 'Bedrock could not deliver its invocation log: calls may go unmetered.',
      metric: metricSum(
        'Failed deliveries',
        fiveMinutes,
        ['ModelInvocationLogsCloudWatchDeliveryFailure', 'ModelInvocationLogsS3DeliveryFailure'].map((name) =>
          bedrockMetric(name, fiveMinutes),
        ),
      ),
    });
    new OperationsAlarm(this, 'Silent', {
      ...common,
      name: 'ingest-silent',
      description: 'Bedrock was called for half an hour and not one line reached ingest: nothing is metered.',
      metric: new cloudwatch.MathExpression({
        label: 'Called, but not metered',
        expression: 'IF(FILL(calls, 0) > 0 AND FILL(lines, 0) == 0, 1, 0)',
        usingMetrics: {
          calls: bedrockMetric('Invocations', quarterHour),
          lines: countedBy(stage, 'ingest', batchMetrics.lines).with({ period: quarterHour }),
        },
        period: quarterHour,
      }),
      // S3 alone delivers every few minutes, so one bare quarter of an hour can happen around a single call.
      periods: 2,
    });
    new OperationsAlarm(this, 'Late', {
      ...common,
      name: 'ingest-late',
      description: 'For 15 minutes calls were posted more than 15 minutes after they were made.',
      metric: countedBy(stage, 'ingest', batchMetrics.lagSeconds).with({
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
      // Typical is 10 s through CloudWatch Logs, 5 to 10 minutes through S3 alone.
      threshold: quarterHour.toSeconds(),
      periods: 3,
    });
  }
}
