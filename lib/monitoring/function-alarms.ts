import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { sendsReports } from '../../lambda/contracts/report-settings.ts';
import { fencedRolesOf } from '../../lambda/domain/settings.ts';
import type { StageConfig } from '../config.ts';
import { physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import { metricSum } from './metric-sum.ts';

export interface FunctionAlarmsProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
  /** Those that the stage has. */
  readonly functions: readonly FunctionName[];
}

/** What of a stage's configuration decides which functions there are. */
export interface FunctionChoices extends Pick<StageConfig, 'auditArchive'> {
  readonly settings: Pick<
    StageConfig['settings'],
    'webhooks' | 'fencedRoles' | 'sharedRoles' | 'reports' | 'haltSwitch'
  >;
}

/** Every function of a stage, in the order of its contract: some exist only where configuration asks for them. */
export function functionsOf({ settings, auditArchive }: FunctionChoices): readonly FunctionName[] {
  const absent = new Set<FunctionName>([
    ...(settings.webhooks.length === 0 ? (['notify-webhooks'] as const) : []),
    ...(fencedRolesOf(settings).length === 0 ? (['fence'] as const) : []),
    ...(sendsReports(settings.reports) ? [] : (['reports'] as const)),
    ...(settings.haltSwitch === 'off' ? (['switch'] as const) : []),
    ...(auditArchive === 'none' ? (['anchors'] as const) : []),
  ]);
  return (Object.keys(environments) as FunctionName[]).filter((name) => !absent.has(name));
}

/** What a call has to pass on its way to an alert: trouble here means that money is seen late. */
const meteringPlane: readonly FunctionName[] = [
  'ingest',
  'usage-events',
  'evaluate',
  'notify',
  'notify-webhooks',
  'audit',
  'catch-up',
];

/** What takes orders and makes decisions come true: trouble here means that holds come late. */
const controlPlane: readonly FunctionName[] = [
  'front-door',
  'approvals',
  'overrides',
  'holds',
  'enforcer',
  'fence',
  'jobs',
  'switch',
  'enforce-everyone',
];

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
 * failure means depends on the plane. The alarm's description names its functions, the dashboard tells which it is.
 */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, operations, functions }: FunctionAlarmsProps) {
    super(scope, id);
    const metering = functions.filter((name) => meteringPlane.includes(name));
    const control = functions.filter((name) => controlPlane.includes(name));
    // The sweep, which runs each minute, has alarms that are sharper than these.
    const elsewhere: readonly FunctionName[] = [...meteringPlane, ...controlPlane, 'sweep'];
    const upkeep = functions.filter((name) => !elsewhere.includes(name));
    const common = { stage, topic: operations };
    const anyOf = (names: readonly FunctionName[]) =>
      `one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    const sumOf = (names: readonly FunctionName[], metricName: string) =>
      metricSum(
        metricName,
        period,
        names.map((name) => functionMetric(stage, name, metricName)),
      );

    new OperationsAlarm(this, 'MeteringErrors', {
      ...common,
      name: 'metering-errors',
      description: `For 15 minutes ${anyOf(metering)} has failed again and again: spending is seen late.`,
      metric: sumOf(metering, 'Errors'),
      periods,
    });
    new OperationsAlarm(this, 'MeteringThrottled', {
      ...common,
      name: 'metering-throttled',
      description: `For 15 minutes Lambda has held back ${anyOf(metering)}: spending is seen late.`,
      metric: sumOf(metering, 'Throttles'),
      periods,
    });
    new OperationsAlarm(this, 'ControlErrors', {
      ...common,
      name: 'control-errors',
      description: `For 15 minutes ${anyOf(control)} has failed again and again: holds and orders come late.`,
      metric: sumOf(control, 'Errors'),
      periods,
    });
    new OperationsAlarm(this, 'ControlThrottled', {
      ...common,
      name: 'control-throttled',
      description: `For half an hour Lambda has held back ${anyOf(control)}: holds and orders come late.`,
      metric: sumOf(control, 'Throttles'),
      // The enforcer has two hands by design, and its callers wait half an hour for one.
      periods: 2 * periods,
    });
    new OperationsAlarm(this, 'UpkeepErrors', {
      ...common,
      name: 'upkeep-errors',
      description: `For 15 minutes ${anyOf(upkeep)} has failed again and again: prices, reports, the watch over IAM or a deployment suffer.`,
      metric: sumOf(upkeep, 'Errors'),
      periods,
    });
    new OperationsAlarm(this, 'UpkeepThrottled', {
      ...common,
      name: 'upkeep-throttled',
      description: `For 15 minutes Lambda has held back ${anyOf(upkeep)}: prices, reports, the watch over IAM or a deployment wait.`,
      metric: sumOf(upkeep, 'Throttles'),
      periods,
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
