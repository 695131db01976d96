import { EventEmitter } from 'node:events';
import {
  BedrockClient,
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient, DescribeSubscriptionFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsLogDestinations } from '../../../lambda/adapters/bedrock/log-destinations.ts';
import { readAssembly } from '../../../scripts/local/assembly/read-assembly.ts';
import { Authorizer } from '../../../scripts/local/aws/authorizer.ts';
import { BedrockLoggingApi } from '../../../scripts/local/aws/bedrock-logging-api.ts';
import { Gateway, openPort } from '../../../scripts/local/aws/gateway.ts';
import { LoggingRegion } from '../../../scripts/local/aws/logging-region.ts';
import { Services, type ServicesDeps } from '../../../scripts/local/aws/services.ts';
import { noChaos } from '../../../scripts/local/chaos.ts';

const place = { account: '111122223333', region: 'us-east-1' };
const now = () => new Date('2026-11-22T12:00:00Z');
const roleArn = 'arn:aws:iam::111122223333:role/Logging';
const document = (Statement: object[]) => ({ Version: '2012-10-17', Statement });
const statements = [
  {
    Effect: 'Allow',
    Action: [
      'bedrock:GetModelInvocationLoggingConfiguration',
      'bedrock:PutModelInvocationLoggingConfiguration',
    ],
    Resource: '*',
  },
  {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::111122223333:role/ToPass',
    Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:PutItem',
    Resource: 'arn:aws:dynamodb:us-east-1:111122223333:table/budgets',
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
  },
  {
    Effect: 'Allow',
    Action: 'logs:DescribeSubscriptionFilters',
    Resource: 'arn:aws:logs:us-east-1:111122223333:log-group:ours:*',
  },
];
const assembly = readAssembly(
  [
    {
      name: 'stack',
      template: {
        Resources: {
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: 'Logging',
              AssumeRolePolicyDocument: document([]),
              Policies: [{ PolicyName: 'P', PolicyDocument: document(statements) }],
            },
          },
          // Nobody lets Bedrock assume it.
          ToPass: {
            Type: 'AWS::IAM::Role',
            Properties: { RoleName: 'ToPass', AssumeRolePolicyDocument: document([]) },
          },
        },
      },
    },
  ],
  place,
  () => '',
);

let region: LoggingRegion;
let authorizer: Authorizer;
let gateway: Gateway;
beforeEach(async () => {
  region = new LoggingRegion({ logGroups: { theirs: ['a', 'b'] }, buckets: { loud: true, silent: false } });
  authorizer = new Authorizer(assembly, now);
  const services = new Services({
    bedrockLogging: new BedrockLoggingApi({ region, assembly, authorizer }),
    loggingRegion: region,
    announcesObjects: (bucket: string) => region.buckets.get(bucket),
    events: new EventEmitter(),
  } as unknown as ServicesDeps);
  gateway = new Gateway(await openPort(), {
    account: place.account,
    chaos: noChaos,
    now,
    callerOf: () => undefined,
    authorizer,
    serve: (request) => services.serve(request),
  });
});
afterEach(() => gateway.stop());
const config = () => ({
  endpoint: gateway.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'X', secretAccessKey: 'x' },
  maxAttempts: 1,
});

test('the logging configuration is what was put last, and is gone when it is deleted', async () => {
  const bedrock = new BedrockClient(config());
  const read = async () =>
    (await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig;
  expect(await read()).toBeUndefined();
  const loggingConfig = { s3Config: { bucketName: 'loud', keyPrefix: 'p' }, textDataDeliveryEnabled: false };
  await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }));
  expect(await read()).toEqual(loggingConfig);
  await bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}));
  expect(await read()).toBeUndefined();
});

test.each([
  [
    'a log group that is not there',
    { cloudWatchConfig: { logGroupName: 'none', roleArn } },
    'log group: none',
  ],
  [
    'a role that Bedrock may not assume',
    { cloudWatchConfig: { logGroupName: 'theirs', roleArn: roleArn.replace('Logging', 'ToPass') } },
    'Verify the IAM role permissions',
  ],
  ['a bucket that is not there', { s3Config: { bucketName: 'none' } }, 'S3 bucket: none'],
])('Bedrock does not take %s', async (_, loggingConfig, sentence) => {
  const put = new BedrockClient(config()).send(
    new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }),
  );
  await expect(put).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(sentence),
  });
  expect(region.logging).toBeUndefined();
});

test('subscription filters come page by page, and a bucket says whether it announces', async () => {
  const logs = new CloudWatchLogsClient(config());
  const page = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: 'theirs' }));
  expect(page).toMatchObject({ subscriptionFilters: [{ filterName: 'a' }], nextToken: '1' });
  const s3 = new S3Client({ ...config(), forcePathStyle: true });
  const destinations = new AwsLogDestinations(logs, s3);
  expect((await destinations.subscriptions('theirs'))?.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(await destinations.subscriptions('none')).toBeUndefined();
  expect(await destinations.announcesObjects('loud')).toBe(true);
  expect(await destinations.announcesObjects('silent')).toBe(false);
  expect(await destinations.announcesObjects('none')).toBeUndefined();
  await expect(
    s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'none' })),
  ).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test.each<
  [string, Parameters<Authorizer['refusalOf']>[2]['service'], string, Record<string, unknown>, boolean]
>([
  ['read the configuration', 'bedrock', 'GetModelInvocationLoggingConfiguration', {}, true],
  ['delete it', 'bedrock', 'DeleteModelInvocationLoggingConfiguration', {}, false],
  [
    'hand Bedrock the role that it may',
    'bedrock',
    'PutModelInvocationLoggingConfiguration',
    {
      loggingConfig: {
        cloudWatchConfig: { logGroupName: 'g', roleArn: 'arn:aws:iam::111122223333:role/ToPass' },
      },
    },
    true,
  ],
  [
    'hand it another',
    'bedrock',
    'PutModelInvocationLoggingConfiguration',
    {
      loggingConfig: {
        cloudWatchConfig: { logGroupName: 'g', roleArn: 'arn:aws:iam::111122223333:role/Admin' },
      },
    },
    false,
  ],
  [
    'write its own item',
    'dynamodb',
    'PutItem',
    { TableName: 'budgets', Item: { pk: { S: 'deployment' } } },
    true,
  ],
  [
    'write the item of someone',
    'dynamodb',
    'PutItem',
    { TableName: 'budgets', Item: { pk: { S: 'user/alice' } } },
    false,
  ],
  [
    'write both at once',
    'dynamodb',
    'TransactWriteItems',
    {
      TransactItems: ['deployment', 'user/alice'].map((pk) => ({
        Put: { TableName: 'budgets', Item: { pk: { S: pk } } },
      })),
    },
    false,
  ],
  ['look at our log group', 'logs', 'DescribeSubscriptionFilters', { logGroupName: 'ours' }, true],
  ['look at another', 'logs', 'DescribeSubscriptionFilters', { logGroupName: 'ours-too' }, false],
])('the role may %s, or not', (_, service, operation, body, allowed) => {
  const refusal = authorizer.refusalOf('logging', roleArn, { service, operation, body, ...place });
  expect(refusal === undefined).toBe(allowed);
});
