import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Allows exactly these actions on exactly these resources. CDK's own `grantReadWriteData` and its like are wider: they
 * add Scan, Query and every index to each role.
 */
export function allow(grantee: iam.IGrantable, actions: string[], resourceArns: string[]): void {
  iam.Grant.addToPrincipal({ grantee, actions, resourceArns }).assertSuccess();
}

/**
 * What a reader and writer of encrypted items needs of a customer-managed key, action by action; CDK's
 * `grantEncryptDecrypt` has wildcards in it. Does nothing where AWS manages the key.
 */
export function allowKeyUse(grantee: iam.IGrantable, key: kms.IKey | undefined): void {
  key?.grant(
    grantee,
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  );
}
