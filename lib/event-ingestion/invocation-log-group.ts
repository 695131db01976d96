import { Aws, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ownPath } from '../shared/naming.ts';

export interface InvocationLogGroupProps {
  readonly logGroupName: string;
  /** Where the same log goes durably. */
  readonly bucket: s3.IBucket;
  readonly key?: kms.IKey | undefined;
}

/** The fast path: Bedrock's invocation log in CloudWatch Logs, seconds after the call. */
export class InvocationLogGroup extends Construct {
  readonly #logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: InvocationLogGroupProps) {
    super(scope, id);
    this.#logGroup = new logs.LogGroup(this, 'LogGroup', {
      logGroupName: props.logGroupName,
      retention: logs.RetentionDays.SIX_MONTHS,
      ...(props.key && { encryptionKey: props.key }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#explainLogging(props, this.#roleForBedrock(props.logGroupName));
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

  /** Bodies stay off: metering needs the envelope alone. */
  #explainLogging({ logGroupName, bucket }: InvocationLogGroupProps, role: iam.Role): void {
    const config = {
      cloudWatchConfig: { logGroupName, roleArn: role.roleArn },
      s3Config: { bucketName: bucket.bucketName },
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
    };
    new CfnOutput(this, 'TurnOnLogging', {
      description: 'Run once: Bedrock logs nothing until it is told where to',
      value: `aws bedrock put-model-invocation-logging-configuration --logging-config '${Stack.of(this).toJsonString(config)}'`,
    });
  }

  /** Sends every log event to a function. */
  feed(handler: lambda.IFunction): void {
    new logs.SubscriptionFilter(this, 'ToIngest', {
      logGroup: this.#logGroup,
      destination: new LambdaDestination(handler),
      filterPattern: logs.FilterPattern.allEvents(),
    });
  }
}
