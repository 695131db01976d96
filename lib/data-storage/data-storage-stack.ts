import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { placeOf } from '../shared/place.ts';
import { AuditArchiveBucket } from './audit-archive.ts';
import { AuditLogsTable } from './audit-logs-table.ts';
import { BudgetAlertsTable } from './budget-alerts-table.ts';
import { InvocationLogBucket } from './invocation-log-bucket.ts';
import { UsageTrackingTable } from './usage-tracking-table.ts';
import { UserBudgetsTable } from './user-budgets-table.ts';

export interface DataStorageStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly key: kms.IKey | undefined;
}

/** Everything that outlives a deployment. */
export class DataStorageStack extends Stack {
  readonly userBudgets: UserBudgetsTable;
  readonly usageTracking: UsageTrackingTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly auditLogs: AuditLogsTable;
  readonly invocationLogBucket: InvocationLogBucket;
  /** Undefined where the stage does without. */
  readonly auditArchive: AuditArchiveBucket | undefined;

  constructor(scope: Construct, id: string, { stackName, config, key }: DataStorageStackProps) {
    super(scope, id, {
      stackName,
      ...placeOf(config),
      description: 'Bedrock Budgeteer: budgets, ledger, alerts, audit trail, logs',
    });
    const { capacity } = config;
    const common = { stage: config.stage, key, removal: config.removal.tables };
    this.userBudgets = new UserBudgetsTable(this, 'UserBudgets', {
      ...common,
      capacity: capacity.userBudgets,
    });
    this.usageTracking = new UsageTrackingTable(this, 'UsageTracking', {
      ...common,
      capacity: capacity.usageTracking,
    });
    this.budgetAlerts = new BudgetAlertsTable(this, 'BudgetAlerts', {
      ...common,
      capacity: capacity.budgetAlerts,
    });
    this.auditLogs = new AuditLogsTable(this, 'AuditLogs', { ...common, capacity: capacity.auditLogs });
    this.invocationLogBucket = new InvocationLogBucket(this, 'InvocationLogs', {
      retentionYears: config.logRetentionYears,
      removal: config.removal.logs,
      key,
    });
    // Exported also while a stage shares another bucket: this stack is changed before those that read ours until then.
    for (const value of [this.invocationLogBucket.bucketArn, this.invocationLogBucket.bucketName]) {
      this.exportValue(value);
    }
    this.auditArchive =
      config.auditArchive === 'none'
        ? undefined
        : new AuditArchiveBucket(this, 'AuditArchive', { stage: config.stage, ...config.auditArchive, key });
  }
}
