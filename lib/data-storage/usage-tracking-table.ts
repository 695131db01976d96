import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { TableCapacity } from '../config.ts';
import { allowKeyUse } from '../shared/grant.ts';
import { BudgeteerTable, type TableContext } from './budgeteer-table.ts';

/** The ledger: one item a request, and the quarantine. */
export class UsageTrackingTable extends BudgeteerTable {
  constructor(scope: Construct, id: string, props: TableContext & { readonly capacity: TableCapacity }) {
    super(scope, id, { ...props, name: 'usage-tracking' });
  }

  /** Ingest: asks which keys exist, puts the missing ones, reprices what it knows better. */
  grantPost(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Prove: what ingest does, and reads what was posted by key range. */
  grantProve(grantee: iam.IGrantable): void {
    this.grantPost(grantee);
    this.allowItems(grantee, 'Query');
  }

  /** Notify: reads the latest calls of whoever an alert is about; the quarantine and usage events stay closed. */
  grantReadCalls(grantee: iam.IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: 'OnlyCallsOfThisAccount',
        actions: ['dynamodb:Query'],
        resources: [this.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${Aws.ACCOUNT_ID}#*`] } },
      }),
    );
    allowKeyUse(grantee, this.encryptionKey);
  }

  /** Catch-up: reads what was posted and adds stamps to it; the quarantine, and what takes ids, stay closed. */
  grantStamp(grantee: iam.IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: 'OnlyWhatWasPosted',
        actions: ['dynamodb:Query', 'dynamodb:UpdateItem'],
        resources: [this.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${Aws.ACCOUNT_ID}#*`, 'event#*'] },
        },
      }),
    );
    allowKeyUse(grantee, this.encryptionKey);
  }

  /** Usage events: puts them and what takes their id, reads and adds to what was used of a free tier. */
  grantPostUsage(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'GetItem', 'PutItem', 'UpdateItem');
  }
}
