import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import { metricSum } from './metric-sum.ts';

export interface FunctionAlarmsProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
}

/** Every function of a stage, in the order of its contract. */
export const functionNames = Object.keys(environments) as FunctionName[];

/** What a call has to pass on its way to an alert: trouble here means that money is seen late. */
const metering: readonly FunctionName[] = ['ingest', 'usage-events', 'evaluate', 'notify', 'audit'];
/** The sweep, which runs each minute, has alarms that are sharper than these. */
const control = functionNames.filter((name) => name !== 'sweep' && !metering.includes(name));

const period = Duration.minutes(5);
/** Retries mend what fails once: a quarter of an hour without a clean period is not that. */
const periods = 3;

/** A metric of Lambda's own about one function; by name, because most functions are deployed after this stack. */
export function functionMetric(
  stage: string,
  name: FunctionName,
  metricName: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: physicalName(stage, name) },
    statistic: cloudwatch.Stats.SUM,
    period,
    ...options,
  });
}

/**
 * Functions that keep failing or are kept from running. One alarm for each plane and not for each function: what a
 * failure means depends on the plane, and the dashboard tells which function it is.
 */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, operations }: FunctionAlarmsProps) {
    super(scope, id);
    const common = { stage, topic: operations };
    const sumOf = (names: readonly FunctionName[], metricName: string) =>
      metricSum(
        metricName,
        period,
        names.map((name) => functionMetric(stage, name, metricName)),
      );

    new OperationsAlarm(this, 'MeteringErrors', {
      ...common,
      name: 'metering-errors',
      description: `One of ${metering.join(', ')} has failed again and again for 15 minutes: spending is seen late.`,
      metric: sumOf(metering, 'Errors'),
      periods,
    });
    new OperationsAlarm(this, 'MeteringThrottled', {
      ...common,
      name: 'metering-throttled',
      description: `Lambda has held back one of ${metering.join(', ')} for 15 minutes: spending is seen late.`,
      metric: sumOf(metering, 'Throttles'),
      periods,
    });
    new OperationsAlarm(this, 'ControlErrors', {
      ...common,
      name: 'control-errors',
      description:
        'A function behind the decisions has failed again and again for 15 minutes: holds come late.',
      metric: sumOf(control, 'Errors'),
      periods,
    });
    new OperationsAlarm(this, 'ControlThrottled', {
      ...common,
      name: 'control-throttled',
      description: 'A function behind the decisions has been held back for half an hour: holds come late.',
      metric: sumOf(control, 'Throttles'),
      // The enforcer has two hands by design, and its callers wait half an hour for one.
      periods: 2 * periods,
    });
    new OperationsAlarm(this, 'IngestLost', {
      ...common,
      name: 'ingest-lost',
      description:
        'Lambda could not put a failed delivery into the ingest queue: S3 alone has these lines now.',
      metric: functionMetric(stage, 'ingest', 'DestinationDeliveryFailures'),
    });
  }
}
