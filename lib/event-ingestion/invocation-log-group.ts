import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct } from 'constructs';
import { ownPath } from '../shared/naming.ts';

export interface InvocationLogGroupProps {
  readonly logGroupName: string;
  /** It is there already and belongs to someone else. */
  readonly declared: boolean;
  /** As whom Bedrock writes. @default a role that is made for it */
  readonly roleArn?: string | undefined;
  readonly key?: kms.IKey | undefined;
}

/** The fast path: Bedrock's invocation log in CloudWatch Logs, seconds after the call. */
export class InvocationLogGroup extends Construct {
  readonly declared: boolean;
  readonly logGroupName: string;
  readonly logGroupArn: string;
  /** As whom Bedrock writes. */
  readonly role: iam.IRole;
  readonly #logGroup: logs.ILogGroup;

  constructor(scope: Construct, id: string, props: InvocationLogGroupProps) {
    super(scope, id);
    this.declared = props.declared;
    this.logGroupName = props.logGroupName;
    this.#logGroup = props.declared
      ? logs.LogGroup.fromLogGroupName(this, 'Declared', props.logGroupName)
      : new logs.LogGroup(this, 'LogGroup', {
          logGroupName: props.logGroupName,
          retention: logs.RetentionDays.SIX_MONTHS,
          ...(props.key && { encryptionKey: props.key }),
          removalPolicy: RemovalPolicy.DESTROY,
        });
    this.logGroupArn = this.#logGroup.logGroupArn;
    this.role = props.roleArn
      ? iam.Role.fromRoleArn(this, 'DeclaredRole', props.roleArn, { mutable: false })
      : this.#roleForBedrock(props.logGroupName);
  }

  #roleForBedrock(logGroupName: string): iam.Role {
    const source = Stack.of(this).formatArn({ service: 'bedrock', resource: '*' });
    const role = new iam.Role(this, 'BedrockRole', {
      path: ownPath,
      description: 'Bedrock assumes it to write its invocation log',
      assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': source },
        },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            // Bedrock writes to this one stream.
            resource: `log-group:${logGroupName}:log-stream:aws/bedrock/modelinvocations`,
          }),
        ],
      }),
    );
    return role;
  }

  /** Sends every log event to a function. */
  feed(handler: lambda.IFunction): logs.SubscriptionFilter {
    return new logs.SubscriptionFilter(this, 'ToIngest', {
      logGroup: this.#logGroup,
      destination: new LambdaDestination(handler),
      filterPattern: logs.FilterPattern.allEvents(),
    });
  }
}
