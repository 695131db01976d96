import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';

export interface DeclaredLogBucketProps {
  readonly bucketName: string;
  /** @default S3's own key */
  readonly keyArn?: string | undefined;
}

/** A bucket of someone else that Bedrock delivers its log to: it is read, and nothing about it is changed. */
export class DeclaredLogBucket extends Construct {
  readonly bucket: s3.IBucket;
  readonly #keyArn: string | undefined;

  constructor(scope: Construct, id: string, props: DeclaredLogBucketProps) {
    super(scope, id);
    this.bucket = s3.Bucket.fromBucketName(this, 'Bucket', props.bucketName);
    this.#keyArn = props.keyArn;
  }

  /** Prove: lists the log objects, and reads them all. */
  grantListLogs(reader: lambda.Function): void {
    this.grantReadLogs(reader);
    reader.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: {
          StringLike: { 's3:prefix': `*AWSLogs/${Aws.ACCOUNT_ID}/BedrockModelInvocationLogs/*` },
        },
      }),
    );
  }

  /** Ingest: reads the log objects that it is told of, under whatever prefix the owner chose. */
  grantReadLogs(reader: lambda.Function): void {
    const objects = `*AWSLogs/${Aws.ACCOUNT_ID}/BedrockModelInvocationLogs/*`;
    allow(reader, ['s3:GetObject'], [this.bucket.arnForObjects(objects)]);
    if (this.#keyArn) {
      reader.addToRolePolicy(
        new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [this.#keyArn] }),
      );
    }
    const finding = `arn:<AWS::Partition>:s3:::${this.bucket.bucketName}/*AWSLogs/<AWS::AccountId>/BedrockModelInvocationLogs/*`;
    acknowledgeRole(reader, {
      [`IAM5[Resource::${finding}]`]:
        "Only Bedrock knows the objects' names, and only their owner the prefix.",
    });
  }
}
