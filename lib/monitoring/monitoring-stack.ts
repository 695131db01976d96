import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { controlMetrics } from '../../lambda/contracts/metrics.ts';
import type { StageConfig } from '../config.ts';
import type { AuditLogsTable } from '../data-storage/audit-logs-table.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import { AlertTopic } from './alert-topic.ts';

export interface MonitoringStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly auditLogs: AuditLogsTable;
}

/** Who is told, and what is written down. */
export class MonitoringStack extends Stack {
  /** Alerts about budgets, for those who own them. */
  readonly budgetAlertsTopic: AlertTopic;
  /** Suspensions, halts and the last warning before them. */
  readonly criticalTopic: AlertTopic;
  /** Trouble of the system itself, for those who operate it. */
  readonly operationsTopic: AlertTopic;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, { stackName: props.stackName, description: 'Bedrock Budgeteer: alerts and audit' });
    const { stage, alertEmails } = props.config;
    const { key } = props.functions;
    this.budgetAlertsTopic = new AlertTopic(this, 'BudgetAlertsTopic', {
      stage,
      name: 'budget-alerts',
      key,
      emails: alertEmails.budgetAlerts,
    });
    this.criticalTopic = new AlertTopic(this, 'CriticalTopic', {
      stage,
      name: 'critical',
      key,
      emails: alertEmails.critical,
      alarmsPublish: true,
    });
    this.operationsTopic = new AlertTopic(this, 'OperationsTopic', {
      stage,
      name: 'operations',
      key,
      emails: alertEmails.operations,
      alarmsPublish: true,
    });
    this.#notifyOfAlerts(props);
    this.#auditStates(props);
  }

  #notifyOfAlerts({ functions, budgetAlerts }: MonitoringStackProps): void {
    const notify = new BudgeteerFunction(this, 'Notify', {
      ...functions,
      name: 'notify',
      description: 'Sends each budget alert once',
      environment: {
        ALERTS_TABLE: budgetAlerts.tableName,
        BUDGET_ALERTS_TOPIC_ARN: this.budgetAlertsTopic.topicArn,
        CRITICAL_TOPIC_ARN: this.criticalTopic.topicArn,
      },
      timeout: Duration.minutes(1),
    });
    budgetAlerts.grantSend(notify);
    this.budgetAlertsTopic.grantSend(notify);
    this.criticalTopic.grantSend(notify);
    new StreamConsumer(this, 'AlertsToNotify', {
      stage: functions.stage,
      name: 'notify',
      handler: notify,
      table: budgetAlerts,
      // Of several rungs crossed at once only the highest carries `publish`, and it names the others.
      filters: [{ eventName: ['INSERT'], dynamodb: { NewImage: { publish: { BOOL: [true] } } } }],
      operations: this.operationsTopic,
    });
  }

  #auditStates({ functions, userBudgets, auditLogs }: MonitoringStackProps): void {
    const audit = new BudgeteerFunction(this, 'Audit', {
      ...functions,
      name: 'audit',
      description: 'Appends every state change to the audit trail',
      environment: { AUDIT_TABLE: auditLogs.tableName },
      timeout: Duration.minutes(1),
    });
    auditLogs.grantAppend(audit);
    new StreamConsumer(this, 'StatesToAudit', {
      stage: functions.stage,
      name: 'audit',
      handler: audit,
      table: userBudgets,
      filters: [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['STATE'] } } } }],
      operations: this.operationsTopic,
    });
    new OperationsAlarm(this, 'AuditGap', {
      stage: functions.stage,
      topic: this.operationsTopic,
      name: 'audit-gap',
      description: "A subject's audit chain lacks a version: a change was not recorded.",
      metric: countedBy('audit', controlMetrics.auditGap),
    });
  }
}
