import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetAccountSummaryCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsLogDestinations } from '../../../lambda/adapters/bedrock/log-destinations.ts';
import { BedrockLogging } from '../../../lambda/adapters/bedrock/logging.ts';
import { physicalName } from '../../../lib/shared/naming.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { policyHolders, readAuthorizationDetails } from './authorization-details.ts';
import type { AccountFacts } from './check-account.ts';
import { findArchive, findNamed } from './find-leftovers.ts';
import { findStacks } from './find-stack-parts.ts';
import { cloudTrailOf, findTrails } from './find-trails.ts';
import { inspect, seen } from './finding.ts';

/** Reads an account before a deployment. What may not be seen is a fact too: nothing throws. */
export async function gatherAccount(deployment: Deployment): Promise<AccountFacts> {
  const { aws, settings, declaredLogging: declared, logGroup } = deployment;
  const iam = new IAMClient({ ...aws, maxAttempts: 8 });
  const destinations = new AwsLogDestinations(
    new CloudWatchLogsClient({ ...aws, maxAttempts: 3 }),
    new S3Client({ ...aws, maxAttempts: 3 }),
  );
  const logging = await inspect(() =>
    new BedrockLogging(new BedrockClient({ ...aws, maxAttempts: 3 })).read(),
  );
  const others = othersLogging(logging, deployment);
  const { logGroup: othersGroup, bucket: othersBucket } = others;
  const ingest = physicalName(deployment.stage, 'ingest');
  return {
    region: aws.region,
    pinned: deployment.account !== undefined && deployment.organization.region !== undefined,
    logging,
    declared,
    others,
    ownLogGroup: logGroup,
    subscribers:
      othersGroup === undefined
        ? seen(undefined)
        : await inspect(async () =>
            (await destinations.subscriptions(othersGroup))
              ?.filter(({ destinationArn }) => !destinationArn.endsWith(`:function:${ingest}`))
              .map(({ name }) => name),
          ),
    logClass:
      othersGroup === undefined ? seen(undefined) : await inspect(() => logClassOf(othersGroup, deployment)),
    holders: await inspect(async () => policyHolders(await readAuthorizationDetails(iam))),
    breakGlass: settings.breakGlass,
    quotas: await inspect(async () => {
      const { SummaryMap = {} } = await iam.send(new GetAccountSummaryCommand({}));
      return SummaryMap as Record<string, number>;
    }),
    enforcerConcurrency: deployment.enforcerConcurrency,
    announces:
      othersBucket === undefined
        ? seen(undefined)
        : await inspect(() => destinations.announcesObjects(othersBucket)),
    named: await inspect(() => findNamed(deployment)),
    archive: deployment.auditArchive ? await inspect(() => findArchive(deployment)) : seen(undefined),
    stacks: await inspect(async () =>
      Object.entries(await findStacks(deployment)).flatMap(([name, status]) => (status ? [name] : [])),
    ),
    trails: await inspect(() => findTrails(cloudTrailOf(aws))),
    concurrency: await inspect(async () => {
      const client = new LambdaClient({ ...aws, maxAttempts: 3 });
      const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
      return AccountLimit?.UnreservedConcurrentExecutions ?? 0;
    }),
  };
}

async function logClassOf(logGroupName: string, { aws }: Deployment): Promise<string | undefined> {
  const client = new CloudWatchLogsClient({ ...aws, maxAttempts: 3 });
  const { logGroups = [] } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
  );
  return logGroups.find((group) => group.logGroupName === logGroupName)?.logGroupClass;
}

/** What the stage names of others' logging, or is told to name: both have to be fit before it deploys. */
function othersLogging(
  logging: AccountFacts['logging'],
  { declaredLogging: declared, logGroup: own }: Deployment,
): AccountFacts['others'] {
  const found = logging.seen ? logging.value : undefined;
  // Where Bedrock writes to our own log group already, the bucket beside it is ours, too.
  if (declared.logGroup === undefined && found?.cloudWatchConfig?.logGroupName === own) return declared;
  return {
    logGroup: declared.logGroup ?? found?.cloudWatchConfig?.logGroupName,
    bucket: declared.bucket ?? found?.s3Config?.bucketName,
  };
}
