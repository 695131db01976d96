import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import type { AuditLogsTable } from '../data-storage/audit-logs-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import type { AlertTopic } from './alert-topic.ts';
import type { GivenUpQueue } from './given-up-queue.ts';

export interface AuditConsumerProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly auditLogs: AuditLogsTable;
  readonly operations: AlertTopic;
  readonly givenUp: GivenUpQueue;
}

/** Writes an audit entry for each change of a state. */
export function auditStates(
  scope: Construct,
  { functions, userBudgets, auditLogs, operations, givenUp }: AuditConsumerProps,
): void {
  const audit = new BudgeteerFunction(scope, 'Audit', {
    ...functions,
    name: 'audit',
    description: 'Appends every state change to the audit trail',
    environment: { AUDIT_TABLE: auditLogs.tableName },
    timeout: Duration.minutes(1),
  });
  auditLogs.grantAppend(audit);
  new StreamConsumer(scope, 'StatesToAudit', {
    stage: functions.stage,
    name: 'audit',
    handler: audit,
    table: userBudgets,
    filters: [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['STATE'] } } } }],
    operations,
    givenUp,
  });
  new OperationsAlarm(scope, 'AuditGap', {
    stage: functions.stage,
    topic: operations,
    name: 'audit-gap',
    description: "A subject's audit chain lacks a version: a change was not recorded.",
    metric: countedBy(functions.stage, 'audit', controlMetrics.auditGap),
  });
}
