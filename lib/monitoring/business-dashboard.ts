import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import {
  accessMetrics,
  alertsSentMetric,
  batchMetrics,
  controlMetrics,
  ingestMetrics,
} from '../../lambda/contracts/metrics.ts';
import { physicalName } from '../shared/naming.ts';
import { countedBy } from '../shared/operations-alarm.ts';
import { assumedShare } from './assumed-share.ts';

const hour = { period: Duration.hours(1) };
const third = { width: 8, height: 6 };

export interface BusinessDashboardProps {
  readonly stage: string;
  /** Where people are told. */
  readonly topics: readonly sns.ITopic[];
}

/** What is spent and what became of it. Who spent it is in the tables: a metric for each person would cost more. */
export class BusinessDashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string, { stage, topics }: BusinessDashboardProps) {
    super(scope, id, {
      dashboardName: physicalName(stage, 'business'),
      defaultInterval: Duration.days(7),
    });
    const count = (fn: FunctionName, name: string, label: string) =>
      countedBy(stage, fn, name).with({ ...hour, label });
    const posted = countedBy(stage, 'ingest', batchMetrics.postedUsd);

    this.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'Posted cost, USD an hour',
        width: 16,
        height: 6,
        left: [posted.with({ ...hour, label: 'USD' })],
        leftYAxis: { min: 0, showUnits: false },
      }),
      new cloudwatch.SingleValueWidget({
        title: 'Posted cost in this range, USD',
        ...third,
        metrics: [posted.with({ label: 'USD' })],
        setPeriodToTimeRange: true,
      }),
    );
    this.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'Calls',
        ...third,
        left: [
          count('ingest', ingestMetrics.posted, 'priced'),
          count('ingest', ingestMetrics.unpriced, 'at a ceiling price'),
          count('ingest', ingestMetrics.quarantined, 'unreadable'),
        ],
        stacked: true,
        right: [assumedShare(stage, hour.period)],
        rightYAxis: { min: 0, max: 100, label: '%' },
      }),
      new cloudwatch.GraphWidget({
        title: 'Alerts, and the messages that told of them',
        ...third,
        left: [count('notify', alertsSentMetric, 'alerts')],
        right: topics.map((topic) => topic.metricNumberOfMessagesPublished(hour)),
      }),
      new cloudwatch.GraphWidget({
        title: 'People',
        ...third,
        left: [
          count('holds', accessMetrics['report-suspension'], 'suspended'),
          count('holds', accessMetrics['report-release'], 'restored'),
          count('enforcer', controlMetrics.enforcementFailures, 'failed tries'),
        ],
      }),
    );
  }
}
