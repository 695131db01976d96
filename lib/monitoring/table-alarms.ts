import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import { metricSum } from './metric-sum.ts';
import { tableMetrics, type WatchedTable } from './watched-table.ts';

export interface TableAlarmsProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
  readonly watched: WatchedTable;
}

/** Auto-scaling aims at 70 % of what is provisioned; above 80 % of the maximum it has nothing left to add. */
const nearMaximumPercent = 80;
const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** One table that refuses requests, or soon will because its configured maximum is near. */
export class TableAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, operations, watched }: TableAlarmsProps) {
    super(scope, id);
    const { name, capacity } = watched;
    new OperationsAlarm(this, 'Throttled', {
      stage,
      topic: operations,
      name: `${name}-throttled`,
      description: `The table ${name} has refused requests for 15 minutes: they are retried, and work is late.`,
      metric: metricSum(
        'Throttled',
        fiveMinutes,
        ['ReadThrottleEvents', 'WriteThrottleEvents'].flatMap((metricName) =>
          tableMetrics(watched, metricName, { statistic: cloudwatch.Stats.SUM, period: fiveMinutes }),
        ),
      ),
      // A burst is throttled until auto-scaling has followed, which takes it two to four minutes.
      periods: 3,
    });
    // On demand there is no maximum that could be near.
    if (capacity.mode !== 'provisioned') return;
    new OperationsAlarm(this, 'NearMaximum', {
      stage,
      topic: operations,
      name: `${name}-near-maximum`,
      description: `The table ${name} uses ${nearMaximumPercent} % of its configured maximum capacity.`,
      metric: usedOfMaximum(watched, capacity),
      threshold: nearMaximumPercent,
      periods: 5,
    });
  }
}

/** Percent of the configured maximum, of whatever is fullest: reads or writes, the table or an index. */
function usedOfMaximum(
  watched: WatchedTable,
  { read, write }: { readonly read: { readonly max: number }; readonly write: { readonly max: number } },
): cloudwatch.MathExpression {
  const consumed = (metricName: string) =>
    tableMetrics(watched, metricName, { statistic: cloudwatch.Stats.SUM, period: minute });
  const parts = [
    ...consumed('ConsumedReadCapacityUnits').map((metric) => ({ metric, max: read.max })),
    ...consumed('ConsumedWriteCapacityUnits').map((metric) => ({ metric, max: write.max })),
  ];
  return new cloudwatch.MathExpression({
    label: 'Percent of the maximum',
    // Units a minute, of what the maximum allows in a minute.
    expression: `100 * MAX([${parts.map(({ max }, index) => `FILL(m${index}, 0) / ${max * minute.toSeconds()}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(parts.map(({ metric }, index) => [`m${index}`, metric])),
    period: minute,
  });
}
