import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { physicalName } from '../../../lib/shared/naming.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** Tables and log groups that bear names which a deployment of this stage gives. */
export async function findNamed({ aws, stage, client, tables, logGroup, declaredLogging }: Deployment) {
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
