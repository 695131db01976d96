import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { acknowledge, acknowledgeRole, exportName } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';
import { removalPolicies } from './removal-policies.ts';

export interface InvocationLogBucketProps {
  /** Years after which an object is deleted. */
  readonly retentionYears: number;
  /** What a removal does with the bucket. */
  readonly removal: StageConfig['removal']['logs'];
  /** @default S3's own key */
  readonly key?: kms.IKey | undefined;
}

/** Where Bedrock delivers its invocation log: the durable path, and what a backfill reads years later. */
export class InvocationLogBucket extends s3.Bucket {
  /** Bedrock's own layout, without a prefix of ours. */
  readonly #logObjects = `AWSLogs/${Aws.ACCOUNT_ID}/BedrockModelInvocationLogs/*`;

  constructor(scope: Construct, id: string, props: InvocationLogBucketProps) {
    super(scope, id, {
      ...(props.key
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // Bedrock never writes the same key twice, and a version that nobody sees would outlive the life cycle.
      versioned: false,
      lifecycleRules: [
        {
          id: 'age-out',
          transitions: [
            { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
            { storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) },
            { storageClass: s3.StorageClass.DEEP_ARCHIVE, transitionAfter: Duration.days(365) },
          ],
          // Rounded up over the leap days: never deleted early.
          expiration: Duration.days(Math.ceil(props.retentionYears * 365.25)),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: removalPolicies[props.removal],
    });
    // `eventBridgeEnabled` would deploy a custom resource with a Lambda of its own for this one property.
    (this.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.#letBedrockDeliver();
    this.#letNobodyElseWriteLogs();
    acknowledge(this, {
      S1: 'Access logs of a log bucket would be one more bucket to watch; CloudTrail data events record who reads it.',
    });
  }

  #letBedrockDeliver(): void {
    const source = Stack.of(this).formatArn({ service: 'bedrock', resource: '*' });
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'BedrockDeliversInvocationLogs',
        principals: [new iam.ServicePrincipal('bedrock.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(this.#logObjects)],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': source },
        },
      }),
    );
  }

  /** Whoever could write here could bill others: objects that Bedrock did not write would be metered like its own. */
  #letNobodyElseWriteLogs(): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyBedrockWritesInvocationLogs',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(this.#logObjects)],
        conditions: { StringNotEquals: { 'aws:PrincipalServiceName': 'bedrock.amazonaws.com' } },
      }),
    );
  }

  /** Prove: lists the log objects, and reads them all. */
  grantListLogs(reader: lambda.Function): void {
    this.grantReadLogs(reader);
    reader.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.bucketArn],
        conditions: { StringLike: { 's3:prefix': this.#logObjects } },
      }),
    );
  }

  /** Ingest: reads the log objects that it is told of. */
  grantReadLogs(reader: lambda.Function): void {
    allow(reader, ['s3:GetObject'], [this.arnForObjects(this.#logObjects)]);
    this.encryptionKey?.grant(reader, 'kms:Decrypt');
    const objects = `AWSLogs/<AWS::AccountId>/BedrockModelInvocationLogs/*`;
    acknowledgeRole(reader, {
      [`IAM5[Resource::${exportName(this, this.bucketArn)}/${objects}]`]:
        "Only Bedrock knows the objects' names.",
    });
  }
}
