import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { physicalName } from '../shared/naming.ts';
import { tableMetrics, type WatchedTable } from './watched-table.ts';

export interface StorageDashboardProps {
  readonly stage: string;
  readonly tables: readonly WatchedTable[];
  readonly logs: WatchedLogs;
}

/** The bucket that Bedrock writes its log into. */
export interface WatchedLogs {
  readonly bucketName: string;
  /** Someone else's: it may keep objects in any class, and reports to its own account and Region only. */
  readonly declared: boolean;
}

const { AVERAGE, SUM } = cloudwatch.Stats;
const minute = Duration.minutes(1);
const day = Duration.days(1);
const quarter = { width: 6, height: 6 };
/** The classes that our own bucket's life cycle leads through, as CloudWatch spells them. */
const storageClasses = {
  StandardStorage: 'Standard',
  StandardIAStorage: 'Infrequent Access',
  GlacierStorage: 'Glacier',
  DeepArchiveStorage: 'Deep Archive',
};

/** What the tables are asked for and what they may give; where the logs rest. */
export class StorageDashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string, { stage, tables, logs }: StorageDashboardProps) {
    super(scope, id, {
      dashboardName: physicalName(stage, 'storage'),
      defaultInterval: Duration.hours(12),
    });
    for (const watched of tables) this.#drawTable(watched);
    this.#drawLogs(logs);
  }

  #drawTable(watched: WatchedTable): void {
    this.addWidgets(
      capacityGraph(watched, 'Read'),
      capacityGraph(watched, 'Write'),
      new cloudwatch.GraphWidget({
        title: `${watched.name}: refused requests`,
        ...quarter,
        left: ['Read', 'Write'].flatMap((direction) =>
          tableMetrics(watched, `${direction}ThrottleEvents`, {
            statistic: SUM,
            period: minute,
            label: `${direction.toLowerCase()}s`,
          }),
        ),
      }),
      new cloudwatch.GraphWidget({
        title: `${watched.name}: scaling, units added or taken away`,
        ...quarter,
        left: ['Read', 'Write'].flatMap((direction) => scalingEvents(watched, direction)),
      }),
    );
  }

  #drawLogs(logs: WatchedLogs): void {
    // S3 reports once a day, so half a day would often show nothing.
    const range = { width: 12, height: 6, start: '-P3M' };
    this.addWidgets(
      new cloudwatch.GraphWidget({
        title: `Invocation logs in ${logs.bucketName} by storage class, bytes`,
        ...range,
        left: logs.declared ? [everyClass(logs)] : ownClasses(logs),
        stacked: true,
      }),
      new cloudwatch.GraphWidget({
        title: 'Invocation logs, objects',
        ...range,
        left: [daily(logs, 'NumberOfObjects', 'AllStorageTypes', 'objects')],
      }),
    );
  }
}

function daily(
  { bucketName }: WatchedLogs,
  metricName: string,
  storageType: string,
  label: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/S3',
    metricName,
    dimensionsMap: { BucketName: bucketName, StorageType: storageType },
    statistic: AVERAGE,
    period: day,
    label,
  });
}

const ownClasses = (logs: WatchedLogs) =>
  Object.entries(storageClasses).map(([type, label]) => daily(logs, 'BucketSizeBytes', type, label));

/** Whatever classes there are: the life cycle is its owner's. */
const everyClass = ({ bucketName }: WatchedLogs) =>
  new cloudwatch.MathExpression({
    expression: `SEARCH('{AWS/S3,BucketName,StorageType} MetricName="BucketSizeBytes" BucketName="${bucketName}"', 'Average', ${day.toSeconds()})`,
    usingMetrics: {},
    period: day,
    label: '',
  });

/** Units a second, used and provisioned, under the line that auto-scaling cannot cross. */
function capacityGraph(watched: WatchedTable, direction: 'Read' | 'Write'): cloudwatch.GraphWidget {
  const { capacity, name } = watched;
  const used = tableMetrics(watched, `Consumed${direction}CapacityUnits`, {
    statistic: SUM,
    period: minute,
    label: 'used',
  }).map(
    (metric, index) =>
      new cloudwatch.MathExpression({
        expression: `used${index} / ${minute.toSeconds()}`,
        usingMetrics: { [`used${index}`]: metric },
        period: minute,
        label: metric.label ?? 'used',
      }),
  );
  const maximum = capacity.mode === 'provisioned' && capacity[direction === 'Read' ? 'read' : 'write'].max;
  return new cloudwatch.GraphWidget({
    title: `${name}: ${direction.toLowerCase()} units a second`,
    ...quarter,
    left: [
      ...used,
      ...tableMetrics(watched, `Provisioned${direction}CapacityUnits`, {
        statistic: AVERAGE,
        period: minute,
        label: 'provisioned',
      }),
    ],
    ...(maximum && { leftAnnotations: [{ value: maximum, label: 'configured maximum' }] }),
  });
}

/** A change of what is provisioned is a scaling event: nothing else changes it. */
function scalingEvents(watched: WatchedTable, direction: string): cloudwatch.MathExpression[] {
  const period = Duration.minutes(5);
  const metricName = `Provisioned${direction}CapacityUnits`;
  return tableMetrics(watched, metricName, {
    statistic: AVERAGE,
    period,
    label: `${direction.toLowerCase()} units`,
  }).map((metric, index) => {
    const id = `${direction.toLowerCase()}${index}`;
    return new cloudwatch.MathExpression({
      expression: `DIFF(${id})`,
      usingMetrics: { [id]: metric },
      period,
      label: metric.label ?? metricName,
    });
  });
}
