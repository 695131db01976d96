import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { BudgeteerFunction } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { ruleName } from '../shared/rules.ts';
import { createDecider, type DeciderProps } from './decider.ts';

/** Runs the sweep each minute, and rings where it does not. */
export function sweepEachMinute(
  scope: Construct,
  { operationsTopic, ...props }: DeciderProps & { operationsTopic: AlertTopic },
): void {
  const { stage } = props.functions;
  const sweep = createDecider(scope, 'Sweep', {
    ...props,
    name: 'sweep',
    description: 'Decides on what time alone changes, and on what a failure has missed',
  });
  props.userBudgets.grantQueryDue(sweep);
  for (const machine of [props.suspension, props.restoration, props.halt, props.resume]) {
    machine.grantDescribe(sweep);
  }
  new events.Rule(scope, 'EachMinute', {
    ruleName: ruleName(stage, 'sweep'),
    description: 'Sweeps what is due',
    // On the minute: a window turns on one.
    schedule: events.Schedule.cron({ minute: '*' }),
    // The next minute is the retry.
    targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  addSweepAlarms(scope, { stage, topic: operationsTopic, sweep });
}

interface SweepAlarmsProps {
  readonly stage: string;
  readonly topic: AlertTopic;
  readonly sweep: BudgeteerFunction<'evaluate' | 'sweep'>;
}

function addSweepAlarms(scope: Construct, { stage, topic, sweep }: SweepAlarmsProps): void {
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
    description: 'For a quarter of an hour the sweep left out some subjects.',
    metric: countedBy(stage, 'sweep', controlMetrics.sweepFailures),
    periods: 3,
  });
}
