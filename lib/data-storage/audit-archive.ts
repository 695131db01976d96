import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { archivePrefixes } from '../../lambda/contracts/audit-archive.ts';
import type { StageConfig } from '../config.ts';
import { acknowledge, acknowledgeRole } from '../shared/acknowledge.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { auditArchiveName, ownPath } from '../shared/naming.ts';

type Retention = Exclude<StageConfig['auditArchive'], 'none'>;

export interface AuditArchiveProps extends Retention {
  readonly stage: string;
  /** @default S3's own key */
  readonly key?: kms.IKey | undefined;
}

const retentionOf = ({ lock, days }: Retention): s3.ObjectLockRetention => {
  const duration = Duration.days(days);
  return lock === 'compliance'
    ? s3.ObjectLockRetention.compliance(duration)
    : s3.ObjectLockRetention.governance(duration);
};

/**
 * Where the audit chains are anchored: an object that is in here can be neither changed nor deleted before its time is
 * over. Its name follows from stage and account, so that a verifier does not have to trust the data for it.
 */
export class AuditArchiveBucket extends s3.Bucket {
  /** In place of `bucketName`, whose export would keep a stage from giving up its archive. */
  readonly givenName: string;
  readonly #key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: AuditArchiveProps) {
    const bucketName = auditArchiveName(props.stage, Aws.ACCOUNT_ID);
    super(scope, id, {
      bucketName,
      objectLockEnabled: true,
      objectLockDefaultRetention: retentionOf(props),
      // Object Lock is about versions. None expires by itself: a chain of anchors is worth what its first link is.
      versioned: true,
      ...(props.key
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // S3 would refuse to delete it anyway, once there is a locked object in it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.givenName = bucketName;
    this.#key = props.key;
    this.#letNobodyElseWrite();
    acknowledge(this, {
      S1: 'What is in here cannot be changed, and its readers are no secret; CloudTrail data events record them, if on.',
    });
  }

  /** A version on top of an anchor hides it from whoever does not list versions. */
  #letNobodyElseWrite(): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyOurRolesWrite',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: {
          ArnNotLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role${ownPath}*` },
        },
      }),
    );
  }

  /** Anchors: adds objects and reads anchors, and has no way to delete a version or to shorten a lock. */
  grantAppend(writer: lambda.Function): void {
    const { anchors, entries } = archivePrefixes;
    const arn = `arn:${Aws.PARTITION}:s3:::${this.givenName}`;
    allow(writer, ['s3:PutObject'], [`${arn}/${anchors}*`, `${arn}/${entries}*`]);
    allow(writer, ['s3:GetObject'], [`${arn}/${anchors}*`]);
    writer.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'FindsTheNewestAnchor',
        actions: ['s3:ListBucket'],
        resources: [arn],
        conditions: { StringEquals: { 's3:prefix': anchors } },
      }),
    );
    allowKeyUse(writer, this.#key);
    const named = arn.replace(Aws.PARTITION, '<AWS::Partition>').replace(Aws.ACCOUNT_ID, '<AWS::AccountId>');
    acknowledgeRole(
      writer,
      Object.fromEntries(
        [anchors, entries].map((prefix) => [
          `IAM5[Resource::${named}/${prefix}*]`,
          'Objects are named after days and their content.',
        ]),
      ),
    );
  }
}
