import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sendsReports } from '../../lambda/contracts/report-settings.ts';
import type { StageConfig } from '../config.ts';
import type { AuditArchiveBucket } from '../data-storage/audit-archive.ts';
import type { AuditLogsTable } from '../data-storage/audit-logs-table.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { InvocationLogBucket } from '../data-storage/invocation-log-bucket.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { FunctionContext } from '../shared/budgeteer-function.ts';
import { placeOf } from '../shared/place.ts';
import { rulesOf } from '../shared/rules.ts';
import { AlertDelivery } from './alert-delivery.ts';
import { AlertTopic } from './alert-topic.ts';
import { AuditAnchors } from './audit-anchors.ts';
import { auditStates } from './audit-consumer.ts';
import { letBudgetsPublish } from './bedrock-cost-budget.ts';
import { hasBill } from './bill-stack.ts';
import { BusinessDashboard } from './business-dashboard.ts';
import { CostAnomalyWatch } from './cost-anomaly-watch.ts';
import { FunctionAlarms, functionsOf } from './function-alarms.ts';
import { GivenUpQueue } from './given-up-queue.ts';
import { LogDeliveryAlarms } from './log-delivery-alarms.ts';
import { PipelineDashboard } from './pipeline-dashboard.ts';
import { PriceUpkeep } from './price-upkeep.ts';
import { RuleAlarm } from './rule-alarm.ts';
import { SpendReports } from './spend-reports.ts';
import { StorageDashboard } from './storage-dashboard.ts';
import { TableAlarms } from './table-alarms.ts';
import { TableBackups } from './table-backups.ts';
import { TopicAlarm } from './topic-alarm.ts';
import type { WatchedTable } from './watched-table.ts';

export interface MonitoringStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly usageTracking: UsageTrackingTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly auditLogs: AuditLogsTable;
  readonly auditArchive: AuditArchiveBucket | undefined;
  readonly invocationLogBucket: InvocationLogBucket;
}

/** Who is told, what is written down, and what is watched. */
export class MonitoringStack extends Stack {
  /** Alerts about budgets, for those who own them. */
  readonly budgetAlertsTopic: AlertTopic;
  /** Suspensions, halts and the last warning before them. */
  readonly criticalTopic: AlertTopic;
  /** Trouble of the system itself, for those who operate it. */
  readonly operationsTopic: AlertTopic;
  /** Takes what functions give up on. */
  readonly givenUp: GivenUpQueue;
  /** Tells people of their own budget, where the stage wants that. */
  readonly userWarningsTopic: AlertTopic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      ...placeOf(props.config),
      description: 'Bedrock Budgeteer: alerts and audit',
    });
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
    this.userWarningsTopic =
      props.config.settings.userChannels &&
      new AlertTopic(this, 'UserWarningsTopic', { stage, name: 'user-warnings', key, emails: [] });
    this.givenUp = new GivenUpQueue(this, 'GivenUp', {
      ...{ stage, key, functions: props.functions, operations: this.operationsTopic },
      streams: [props.userBudgets, props.budgetAlerts],
    });
    this.#notifyOfAlerts(props);
    auditStates(this, { ...props, operations: this.operationsTopic, givenUp: this.givenUp });
    this.#anchorAudit(props);
    new PriceUpkeep(this, 'PriceUpkeep', {
      functions: props.functions,
      userBudgets: props.userBudgets,
      operations: this.operationsTopic,
    });
    this.#reportSpending(props);
    const tables = watchedTables(props);
    this.#alarm(props, tables);
    if (props.config.dashboards) this.#draw(props, tables);
    this.#watchTheBill(props.config);
    this.#backUp(props, tables);
  }

  #notifyOfAlerts(props: MonitoringStackProps): void {
    new AlertDelivery(this, 'AlertDelivery', {
      ...props,
      budgetAlertsTopic: this.budgetAlertsTopic,
      criticalTopic: this.criticalTopic,
      userWarningsTopic: this.userWarningsTopic,
      operationsTopic: this.operationsTopic,
      givenUp: this.givenUp,
    });
  }

  #anchorAudit({ functions, auditLogs, auditArchive }: MonitoringStackProps): void {
    if (!auditArchive) return;
    const operations = this.operationsTopic;
    new AuditAnchors(this, 'AuditAnchors', { functions, auditLogs, archive: auditArchive, operations });
  }

  #reportSpending({ config, functions, userBudgets }: MonitoringStackProps): void {
    const { reports } = config.settings;
    if (!sendsReports(reports)) return;
    new SpendReports(this, 'SpendReports', {
      ...{ functions, userBudgets, budgetAlerts: this.budgetAlertsTopic },
      hour: reports.hourUtc,
    });
  }

  #alarm({ config }: MonitoringStackProps, tables: readonly WatchedTable[]): void {
    const { stage } = config;
    const operations = this.operationsTopic;
    new LogDeliveryAlarms(this, 'LogDelivery', { stage, operations });
    new FunctionAlarms(this, 'Functions', { stage, operations, functions: functionsOf(config) });
    new RuleAlarm(this, 'Rules', { stage, operations, rules: rulesOf(config) });
    for (const watched of tables) {
      new TableAlarms(this, `Table-${watched.name}`, { stage, operations, watched });
    }
    new TopicAlarm(this, 'Topics', {
      stage,
      operations,
      topics: [
        ...[this.budgetAlertsTopic, this.criticalTopic, operations],
        ...(this.userWarningsTopic ? [this.userWarningsTopic] : []),
      ],
    });
  }

  #draw({ config, invocationLogBucket }: MonitoringStackProps, tables: readonly WatchedTable[]): void {
    const { stage, logging } = config;
    new BusinessDashboard(this, 'BusinessDashboard', {
      stage,
      topics: [this.budgetAlertsTopic, this.criticalTopic],
    });
    new PipelineDashboard(this, 'PipelineDashboard', { stage, functions: functionsOf(config) });
    new StorageDashboard(this, 'StorageDashboard', {
      stage,
      tables,
      logs: {
        bucketName: logging.bucket ?? invocationLogBucket.bucketName,
        declared: logging.bucket !== undefined,
      },
    });
  }

  /** What AWS itself knows of the cost, hours later. */
  #watchTheBill(config: StageConfig): void {
    const { stage, costAnomalies } = config;
    if (hasBill(config)) letBudgetsPublish(this.criticalTopic);
    if (costAnomalies) {
      new CostAnomalyWatch(this, 'CostAnomalies', { stage, ...costAnomalies, topic: this.operationsTopic });
    }
  }

  #backUp({ config, functions }: MonitoringStackProps, tables: readonly WatchedTable[]): void {
    if (!config.backup) return;
    new TableBackups(this, 'Backups', {
      stage: config.stage,
      key: functions.key,
      tables: tables.map(({ table }) => table),
      keepDays: config.backup.keepDays,
    });
  }
}

function watchedTables(props: MonitoringStackProps): WatchedTable[] {
  const { capacity } = props.config;
  return [
    {
      table: props.userBudgets,
      name: 'user-budgets',
      capacity: capacity.userBudgets,
      indexes: ['due'],
    },
    { table: props.usageTracking, name: 'usage-tracking', capacity: capacity.usageTracking },
    { table: props.budgetAlerts, name: 'budget-alerts', capacity: capacity.budgetAlerts },
    { table: props.auditLogs, name: 'audit-logs', capacity: capacity.auditLogs },
  ];
}
