import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { TableCapacity } from '../config.ts';
import { BudgeteerTable, type TableContext } from './budgeteer-table.ts';

/** One item an alert; its stream is what sends it. */
export class BudgetAlertsTable extends BudgeteerTable {
  constructor(scope: Construct, id: string, props: TableContext & { readonly capacity: TableCapacity }) {
    super(scope, id, { ...props, name: 'budget-alerts', stream: dynamodb.StreamViewType.NEW_IMAGE });
  }

  /** Evaluate, sweep, holds: put an alert if it is absent. */
  grantRaise(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'PutItem');
  }

  /** Notify: marks what was sent, counts a minute's messages, keeps and reads digests. */
  grantSend(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Webhooks: mark what was posted. */
  grantMarkSent(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'UpdateItem');
  }
}
