import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { BudgeteerFunction } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';

export interface SweepAlarmsProps {
  readonly stage: string;
  readonly topic: AlertTopic;
  readonly sweep: BudgeteerFunction<'evaluate' | 'sweep'>;
}

/** Adds the alarms on the sweep to a stack: silent, failing, or leaving subjects out. Their ids are those of the stack. */
export function addSweepAlarms(scope: Construct, { stage, topic, sweep }: SweepAlarmsProps): void {
  new OperationsAlarm(scope, 'SweepSilent', {
    ...{ stage, topic },
    name: 'sweep-silent',
    description: 'The sweep has stopped running: nobody is released, and no failure is caught up.',
    metric: sweep.metricInvocations({ period: Duration.minutes(5) }),
    comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    // A sweep that stands still leaves no data at all, and neither does one that has not run yet. Were no data bad, a
    // new deployment would ring before its first minute is over; the end of data is what tells them apart.
    endOfDataIsBad: true,
  });
  new OperationsAlarm(scope, 'SweepFailing', {
    ...{ stage, topic },
    name: 'sweep-failing',
    description: 'The sweep died in each of three periods of five minutes: what is due piles up.',
    metric: sweep.metricErrors({ period: Duration.minutes(5) }),
    periods: 3,
  });
  new OperationsAlarm(scope, 'SweepIncomplete', {
    ...{ stage, topic },
    name: 'sweep-incomplete',
    description: 'For a quarter of an hour the sweep could not see to some subjects.',
    metric: countedBy(stage, 'sweep', controlMetrics.sweepFailures),
    periods: 3,
  });
}
