import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
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

  constructor(scope: Construct, id: string, { stackName, config, key }: DataStorageStackProps) {
    super(scope, id, {
      stackName,
      description: 'Bedrock Budgeteer: budgets, ledger, alerts, audit trail, logs',
    });
    const { stage, capacity } = config;
    this.userBudgets = new UserBudgetsTable(this, 'UserBudgets', {
      stage,
      key,
      capacity: capacity.userBudgets,
    });
    this.usageTracking = new UsageTrackingTable(this, 'UsageTracking', {
      stage,
      key,
      capacity: capacity.usageTracking,
    });
    this.budgetAlerts = new BudgetAlertsTable(this, 'BudgetAlerts', {
      stage,
      key,
      capacity: capacity.budgetAlerts,
    });
    this.auditLogs = new AuditLogsTable(this, 'AuditLogs', { stage, key, capacity: capacity.auditLogs });
    this.invocationLogBucket = new InvocationLogBucket(this, 'InvocationLogs', {
      retentionYears: config.logRetentionYears,
      key,
    });
  }
}
