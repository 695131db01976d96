import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { TableCapacity } from '../config.ts';
import type { BudgeteerTable } from '../data-storage/budgeteer-table.ts';

/** A table as alarms and dashboards see it. */
export interface WatchedTable {
  readonly table: BudgeteerTable;
  /** Start of its alarms' names: `user-budgets`. */
  readonly name: string;
  readonly capacity: TableCapacity;
  /** Indexes have capacity of their own, and throttle by themselves. */
  readonly indexes?: readonly string[];
}

/** One metric of the table itself and of each of its indexes. */
export function tableMetrics(
  { table, indexes = [] }: WatchedTable,
  metricName: string,
  { statistic, period, label }: { statistic: string; period: Duration; label?: string },
): cloudwatch.Metric[] {
  return [undefined, ...indexes].map(
    (index) =>
      new cloudwatch.Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: {
          TableName: table.tableName,
          ...(index !== undefined && { GlobalSecondaryIndexName: index }),
        },
        statistic,
        period,
        ...(label && { label: index === undefined ? label : `${label} of ${index}` }),
      }),
  );
}
