import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { anchorMetrics } from '../../lambda/contracts/metrics.ts';
import type { AuditArchiveBucket } from '../data-storage/audit-archive.ts';
import type { AuditLogsTable } from '../data-storage/audit-logs-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { ruleName } from '../shared/rules.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface AuditAnchorsProps {
  readonly functions: FunctionContext;
  readonly auditLogs: AuditLogsTable;
  readonly archive: AuditArchiveBucket;
  /** Who is told of a chain that was changed. */
  readonly operations: AlertTopic;
}

/** Writes down each day, where nobody can change it, how far every audit chain has come. */
export class AuditAnchors extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { functions, auditLogs, archive, operations }: AuditAnchorsProps,
  ) {
    super(scope, id);
    const anchors = new BudgeteerFunction(this, 'Anchors', {
      ...functions,
      name: 'anchors',
      description: 'Anchors the head of every audit chain in the locked bucket, with the entries of the day',
      environment: { AUDIT_TABLE: auditLogs.tableName, ARCHIVE_BUCKET: archive.givenName },
      // Some 15,000 subjects, at the pace that it keeps.
      timeout: Duration.minutes(15),
      memorySize: 512,
    });
    auditLogs.grantReadAll(anchors);
    archive.grantAppend(anchors);

    new events.Rule(this, 'Daily', {
      ruleName: ruleName(functions.stage, 'anchors-daily'),
      description: 'Anchors the audit chains',
      schedule: events.Schedule.cron({ hour: '3', minute: '43' }),
      // A day that is anchored already is left alone, so another try costs nothing.
      targets: [new LambdaFunction(anchors, { retryAttempts: 3, maxEventAge: Duration.hours(6) })],
    });
    const common = { stage: functions.stage, topic: operations };
    new OperationsAlarm(this, 'Missing', {
      ...common,
      name: 'audit-anchors-missing',
      description:
        'For two days the audit chains were not anchored: a change of them would show by its links alone.',
      metric: countedBy(functions.stage, 'anchors', anchorMetrics.runs).with({ period: Duration.days(1) }),
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      // The hour of a run varies a little, so one day may see two of them and the next one none.
      periods: 2,
      endOfDataIsBad: true,
    });
    new OperationsAlarm(this, 'Broken', {
      ...common,
      name: 'audit-anchors-broken',
      description:
        'An audit chain does not hold what was anchored of it, or does not link: someone changed it.',
      metric: countedBy(functions.stage, 'anchors', anchorMetrics.broken),
    });
  }
}
