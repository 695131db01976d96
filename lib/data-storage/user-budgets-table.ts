import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { TableCapacity } from '../config.ts';
import { allow } from '../shared/grant.ts';
import { BudgeteerTable, type TableContext } from './budgeteer-table.ts';

/** Sparse index of the items that time alone makes due. */
const dueIndex = 'due';

/** Budgets, balances, states and outboxes: one partition a subject. */
export class UserBudgetsTable extends BudgeteerTable {
  constructor(scope: Construct, id: string, props: TableContext & { readonly capacity: TableCapacity }) {
    super(scope, id, {
      ...props,
      name: 'user-budgets',
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.addScaledIndex({
      indexName: dueIndex,
      partitionKey: { name: 'dueShard', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'dueAt', type: dynamodb.AttributeType.STRING },
      // The sweep acts on what the index tells, without a read of each item.
      projectionType: dynamodb.ProjectionType.ALL,
    });
  }

  /** Ingest: adds costs to balances and provisions subjects at first sight. */
  grantPost(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Prove: what ingest does, finds who has claims, and takes out what is proven. */
  grantProve(grantee: iam.IGrantable): void {
    this.grantPost(grantee);
    this.allowItems(grantee, 'Query');
    this.grantQueryDue(grantee);
  }

  /** Evaluate: reads a whole subject, writes its state and outbox, deletes what was acknowledged. */
  grantDecide(grantee: iam.IGrantable): void {
    this.allowItems(
      grantee,
      'BatchGetItem',
      'ConditionCheckItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'UpdateItem',
    );
  }

  /** Sweep: finds what is due. */
  grantQueryDue(grantee: iam.IGrantable): void {
    allow(grantee, ['dynamodb:Query'], [`${this.tableArn}/index/${dueIndex}`]);
  }

  /** Holds: reads balances, changes a state and asks for another evaluation. */
  grantHold(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Enforcer: takes and gives back its lease, reads the holds, notes what IAM enforces. */
  grantEnforce(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Fence: what the enforcer needs, and the held sessions of a role. */
  grantFence(grantee: iam.IGrantable): void {
    this.grantEnforce(grantee);
    this.allowItems(grantee, 'Query');
  }

  /** Switch: takes and gives back its lease, notes where it stands, reads every principal's state. */
  grantThrow(grantee: iam.IGrantable): void {
    this.grantEnforce(grantee);
    this.allowItems(grantee, 'BatchGetItem');
    this.grantQueryDue(grantee);
  }

  /** Jobs: notes and forgets batch jobs, reads the holds, tells what it stopped. */
  grantRecordJobs(grantee: iam.IGrantable): void {
    this.grantEnforce(grantee);
    this.allowItems(grantee, 'Query');
  }

  /** Catch-up: finds its work and who is covered, adds to balances, takes and gives back its lease. */
  grantCatchUp(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'DeleteItem', 'PutItem', 'Query', 'UpdateItem');
    this.grantQueryDue(grantee);
  }

  /** Removal: reads which API keys were switched off. */
  grantReadState(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'GetItem');
  }

  /** Notify: reads what IAM's tags said of whom an alert is about. */
  grantReadTags(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'BatchGetItem');
  }

  /** Reconcile: reads every principal's state, and changes nothing. */
  grantCompare(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'BatchGetItem', 'GetItem');
    this.grantQueryDue(grantee);
  }

  /** Reports: reads everything, slowly, and changes nothing. */
  grantSurvey(grantee: iam.IGrantable): void {
    this.allowItems(grantee, 'Scan');
  }

  /** Front door: writes down who asked, where nothing but that is kept. */
  grantBeginOverrides(grantee: iam.IGrantable): void {
    this.#allowOverrides(grantee, ['dynamodb:PutItem']);
  }

  /** Approvals: reads who asked, and the token that answers. */
  grantReadOverrides(grantee: iam.IGrantable): void {
    this.#allowOverrides(grantee, ['dynamodb:GetItem']);
  }

  #allowOverrides(grantee: iam.IGrantable, actions: string[]): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [this.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['override#*'] } },
    }).assertSuccess();
    this.allowKey(grantee);
  }
}
