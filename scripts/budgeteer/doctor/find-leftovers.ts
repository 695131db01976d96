import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { HeadBucketCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { auditArchiveName, ownPath, physicalName, tamperPolicyName } from '../../../lib/shared/naming.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { policyNames } from './policy-text.ts';

/** Tables, log groups and policies that bear names which a deployment of this stage gives. */
export async function findNamed(deployment: Deployment): Promise<string[]> {
  return [...(await tablesAndLogGroups(deployment)), ...(await policies(deployment))];
}

async function policies(deployment: Deployment): Promise<string[]> {
  const { aws, stage } = deployment;
  const { account, partition } = await whoCalls(deployment);
  const iam = new IAMClient({ ...aws, maxAttempts: 6 });
  const found: string[] = [];
  for (const name of [
    ...policyNames.map((word) => `BedrockBudget${word}-${stage}`),
    tamperPolicyName(stage),
  ]) {
    try {
      await iam.send(
        new GetPolicyCommand({ PolicyArn: `arn:${partition}:iam::${account}:policy${ownPath}${name}` }),
      );
      found.push(`the policy ${name}`);
    } catch (error) {
      if (!/^NoSuchEntity/.test((error as Error).name)) throw error;
    }
  }
  return found;
}

/**
 * The audit archive of an earlier deployment, whose objects are locked: its name, where it is there. S3 answers with 403 for a
 * bucket of another account, which is in the way as well.
 */
export async function findArchive(deployment: Deployment): Promise<string | undefined> {
  const Bucket = auditArchiveName(deployment.stage, (await whoCalls(deployment)).account);
  try {
    await new S3Client({ ...deployment.aws, maxAttempts: 3 }).send(new HeadBucketCommand({ Bucket }));
    return Bucket;
  } catch (error) {
    const { httpStatusCode } = (error as Partial<S3ServiceException>).$metadata ?? {};
    if (httpStatusCode === 404) return undefined;
    if (httpStatusCode === 403) return Bucket;
    throw error;
  }
}

async function tablesAndLogGroups({ aws, stage, client, tables, logGroup, declaredLogging }: Deployment) {
  const logs = new CloudWatchLogsClient({ ...aws, maxAttempts: 3 });
  const found: string[] = [];
  for (const TableName of Object.values(tables)) {
    try {
      await client.send(new DescribeTableCommand({ TableName }));
      found.push(`the table ${TableName}`);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
  }
  const prefixes = ['/aws/vendedlogs/states/', '/aws/lambda/'].map(
    (place) => place + physicalName(stage, ''),
  );
  if (declaredLogging.logGroup === undefined) prefixes.push(logGroup);
  for (const logGroupNamePrefix of prefixes) {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    for (const { logGroupName = '' } of logGroups) {
      if (logGroupName === logGroup || logGroupNamePrefix !== logGroup)
        found.push(`the log group ${logGroupName}`);
    }
  }
  return found;
}
