import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import { metricDimensions, metricNamespace } from '../../lambda/contracts/metrics.ts';
import { physicalName } from './naming.ts';

export interface OperationsAlarmProps {
  readonly stage: string;
  /** Where operators are told. */
  readonly topic: sns.ITopic;
  /** Name of the alarm after the stage's prefix, and the heading of its entry in the runbook. */
  readonly name: string;
  /** One sentence: what is wrong and what it means. */
  readonly description: string;
  readonly metric: cloudwatch.IMetric;
  /** @default 1: once is enough */
  readonly threshold?: number;
  /** Periods in a row that must be bad. @default 1 */
  readonly periods?: number;
  /** @default GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparison?: cloudwatch.ComparisonOperator;
  /**
   * Whether silence is bad. It rings when data ends, and not before there ever was any, so that a new deployment does not
   * ring until what it watches has run for the first time.
   * @default false: no data means that nothing happened
   */
  readonly endOfDataIsBad?: boolean;
}

/** An alarm for the people who operate this system, as opposed to those whose budgets it watches. */
export class OperationsAlarm extends cloudwatch.Alarm {
  constructor(scope: Construct, id: string, props: OperationsAlarmProps) {
    super(scope, id, {
      alarmName: physicalName(props.stage, props.name),
      alarmDescription: props.description,
      metric: props.metric,
      threshold: props.threshold ?? 1,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator:
        props.comparison ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.endOfDataIsBad
        ? cloudwatch.TreatMissingData.MISSING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const tell = new actions.SnsAction(props.topic);
    this.addAlarmAction(tell);
    // From data to none is from OK to INSUFFICIENT_DATA; a new alarm begins there, which is no change.
    if (props.endOfDataIsBad) this.addInsufficientDataAction(tell);
  }
}

/** What a stage's function counts in its log: sums over five minutes. */
export function countedBy(stage: string, fn: FunctionName, metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: metricDimensions(stage, fn),
    statistic: cloudwatch.Stats.SUM,
    period: Duration.minutes(5),
  });
}
