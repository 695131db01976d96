import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { TableCapacity } from '../config.ts';
import { BudgeteerTable, type TableContext } from './budgeteer-table.ts';

/** The audit trail: hash-chained entries that nothing in the system can change. */
export class AuditLogsTable extends BudgeteerTable {
  constructor(scope: Construct, id: string, props: TableContext & { readonly capacity: TableCapacity }) {
    super(scope, id, { ...props, name: 'audit-logs' });
  }

  /**
   * Audit: reads a chain's head and appends. PartiQL's INSERT is the only write: it refuses an existing key, where
   * PutItem would overwrite it.
   */
  grantAppend(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'PartiQLInsert', 'Query');
  }

  /** Anchors: finds whose chains there are, and reads what joined them. */
  grantReadAll(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'Query', 'Scan');
  }
}
