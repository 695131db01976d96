import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { BudgeteerTable } from '../data-storage/budgeteer-table.ts';
import { acknowledge, exportName } from '../shared/acknowledge.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { ownPath, physicalName } from '../shared/naming.ts';

export interface TableBackupsProps {
  readonly stage: string;
  readonly tables: readonly BudgeteerTable[];
  /** Days after which a backup is deleted. */
  readonly keepDays: number;
  /** @default a key of AWS Backup's own */
  readonly key?: kms.IKey | undefined;
}

/**
 * Daily backups of the tables, beside their point-in-time recovery, which ends with 35 days and with the table. Nobody
 * in the account can delete one before its time, short of changing the vault's policy.
 */
export class TableBackups extends Construct {
  constructor(scope: Construct, id: string, props: TableBackupsProps) {
    super(scope, id);
    const name = physicalName(props.stage, 'tables');
    const vault = new backup.BackupVault(this, 'Vault', {
      backupVaultName: name,
      ...(props.key && { encryptionKey: props.key }),
      blockRecoveryPointDeletion: true,
      // A vault with backups in it cannot be deleted, and should not be.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plan = new backup.BackupPlan(this, 'Plan', {
      backupPlanName: name,
      backupVault: vault,
      backupPlanRules: [
        new backup.BackupPlanRule({
          ruleName: 'daily',
          scheduleExpression: events.Schedule.cron({ hour: '3', minute: '30' }),
          deleteAfter: Duration.days(props.keepDays),
        }),
      ],
    });
    plan.addSelection('Tables', {
      resources: props.tables.map((table) => backup.BackupResource.fromDynamoDbTable(table)),
      role: this.#role(props, vault),
      // CDK would attach AWS's managed policy, which reaches every resource of the account.
      disableDefaultBackupPolicy: true,
    });
  }

  #role({ stage, tables, key }: TableBackupsProps, vault: backup.BackupVault): iam.Role {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      path: ownPath,
      description: `Backs up the tables of the stage ${stage}, and cannot restore them`,
    });
    const tableArns = tables.map(({ tableArn }) => tableArn);
    allow(
      role,
      [
        'dynamodb:CreateBackup',
        'dynamodb:DescribeTable',
        'dynamodb:ListTagsOfResource',
        'dynamodb:StartAwsBackupJob',
      ],
      tableArns,
    );
    const backupsOfTables = tableArns.map((arn) => `${arn}/backup/*`);
    allow(role, ['dynamodb:DeleteBackup', 'dynamodb:DescribeBackup'], backupsOfTables);
    allow(role, ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'], [vault.backupVaultArn]);
    const recoveryPoints = Stack.of(this).formatArn({ service: 'backup', resource: 'recovery-point:*' });
    allow(role, ['backup:TagResource'], [recoveryPoints]);
    allowKeyUse(role, key);
    if (key) {
      role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['kms:CreateGrant'],
          resources: [key.keyArn],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        }),
      );
    }
    const onlyOfThese = 'Backups of this one table: their names are not known beforehand.';
    acknowledge(role, {
      ...Object.fromEntries(
        tables.map((table) => [`IAM5[Resource::${exportName(table, table.tableArn)}/backup/*]`, onlyOfThese]),
      ),
      'IAM5[Resource::arn:<AWS::Partition>:backup:<AWS::Region>:<AWS::AccountId>:recovery-point:*]':
        'A recovery point has no name before it exists; the role can only tag it.',
    });
    return role;
  }
}
