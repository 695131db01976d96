import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IDependable } from 'constructs';
import { customResourceTypes, type LoggingPropertiesInput } from '../../lambda/contracts/custom-resources.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { DeploymentStep } from '../shared/deployment-step.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import type { InvocationLogGroup } from './invocation-log-group.ts';

export interface InvocationLoggingProps {
  readonly functions: FunctionContext;
  /** Where it keeps what it found. */
  readonly userBudgets: UserBudgetsTable;
  /** Whose subscription is ours. */
  readonly ingest: lambda.IFunction;
  readonly logGroup: InvocationLogGroup;
  readonly bucket: s3.IBucket;
  /** The stage names the bucket: it is someone else's. */
  readonly bucketDeclared: boolean;
  /** What brings us the bucket's objects. */
  readonly bucketRule: events.IRule;
  readonly copyBodies: boolean;
  readonly revision: number;
}

/** Switches Bedrock's invocation logging on without taking it from anyone, and puts back what was there. */
export class InvocationLoggingSetup extends Construct {
  readonly #step: DeploymentStep;
  readonly #role: iam.IRole;

  constructor(scope: Construct, id: string, props: InvocationLoggingProps) {
    super(scope, id);
    const { logGroup, bucket } = props;
    const handler = new BudgeteerFunction(this, 'Logging', {
      ...props.functions,
      name: 'logging',
      description: 'Switches invocation logging on at deployment, and puts back what was there at removal',
      environment: { BUDGETS_TABLE: props.userBudgets.tableName },
      // Bedrock refuses a new role for up to a minute.
      timeout: Duration.minutes(3),
    });
    this.#role = handler.role as iam.IRole;
    this.#grantConfigure(handler, logGroup);
    this.#grantRemember(handler, props);
    this.#grantPriceCheck(handler, props);
    const properties: LoggingPropertiesInput = {
      Region: Aws.REGION,
      IngestArn: props.ingest.functionArn,
      BucketRule: props.bucketRule.ruleName,
      LogGroupName: logGroup.logGroupName,
      LogGroupDeclared: `${logGroup.declared}`,
      RoleArn: logGroup.role.roleArn,
      BucketName: bucket.bucketName,
      BucketDeclared: `${props.bucketDeclared}`,
      CopyBodies: `${props.copyBodies}`,
      Revision: `${props.revision}`,
    };
    this.#step = new DeploymentStep(this, 'Step', {
      resourceType: customResourceTypes.logging,
      handler,
      properties,
    });
    this.#step.node.addDependency(logGroup.role);
    new CfnOutput(this, 'Summary', {
      description: 'Where Bedrock writes its invocation log',
      value: this.#step.getAttString('Summary'),
    });
  }

  /** Whose changes of the configuration are the deployment's own. */
  get roleArn(): string {
    return this.#role.roleArn;
  }

  /** Nothing is logged before someone listens; on the way out logging ends first. */
  waitFor(...listeners: IDependable[]): void {
    this.#step.node.addDependency(...listeners);
  }

  /** For what would fail less clearly than the check that this makes of a destination of someone else. */
  checkBefore(...readers: Construct[]): void {
    for (const reader of readers) reader.node.addDependency(this.#step);
  }

  #grantConfigure(handler: lambda.Function, { role }: InvocationLogGroup): void {
    allow(
      handler,
      [
        'bedrock:DeleteModelInvocationLoggingConfiguration',
        'bedrock:GetModelInvocationLoggingConfiguration',
        'bedrock:PutModelInvocationLoggingConfiguration',
      ],
      ['*'],
    );
    handler.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyToBedrock',
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      }),
    );
    acknowledgeRole(handler, {
      'IAM5[Resource::*]':
        'A Region has one logging configuration, which has no ARN to be limited to; rules can only be listed as a whole.',
    });
  }

  #grantRemember(handler: lambda.Function, { userBudgets, functions }: InvocationLoggingProps): void {
    handler.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyTheDeploymentsOwnItem',
        actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [userBudgets.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
      }),
    );
    allowKeyUse(handler, functions.key);
  }

  #grantPriceCheck(
    handler: lambda.Function,
    { logGroup, bucket, bucketDeclared }: InvocationLoggingProps,
  ): void {
    allow(handler, ['logs:DescribeSubscriptionFilters'], [logGroup.logGroupArn]);
    if (bucketDeclared) allow(handler, ['s3:GetBucketNotification'], [bucket.bucketArn]);
    // Who else reads a bucket that Bedrock would write to no more; IAM cannot limit the question to one rule.
    else allow(handler, ['events:ListRules'], ['*']);
    if (!logGroup.declared) return;
    const finding = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${logGroup.logGroupName}:*`;
    acknowledgeRole(handler, { [`IAM5[Resource::${finding}]`]: 'That is how the ARN of a log group ends.' });
  }
}
