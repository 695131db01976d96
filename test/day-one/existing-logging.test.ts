import { calls, deploy, failure, regionOf, stopAll } from './support/stage.ts';

afterEach(stopAll);

const group = {
  logGroupName: '/aws/bedrock/modelinvocations',
  roleArn: 'arn:aws:iam::111122223333:role/BedrockLogging',
};
const sharedGroup = { logGroup: group.logGroupName, roleArn: group.roleArn };
const noBodies = {
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
};

test('An existing log group is shared: our bucket fills the empty slot, and goes again', async () => {
  const found = { cloudWatchConfig: group, ...noBodies };
  const region = regionOf({ logging: found, logGroups: { [group.logGroupName]: ['to-opensearch'] } });
  const stack = await deploy({ invocationLogging: region, logging: sharedGroup });
  expect(region.logging).toMatchObject({
    cloudWatchConfig: group,
    s3Config: { bucketName: expect.any(String) },
  });
  expect([...(region.logGroups.get(group.logGroupName)?.keys() ?? [])]).toContain('to-opensearch');

  await stack.deliver('cloudwatch', calls('alice', 2));
  await stack.deliver('s3', calls('alice', 3));
  await stack.settle();
  expect(stack.metrics()).toMatchObject({ Posted: 3, Duplicates: 2 });

  await stack.remove();
  expect(region.logging).toEqual(found);
  expect([...(region.logGroups.get(group.logGroupName)?.keys() ?? [])]).toEqual(['to-opensearch']);
  expect(stack.refusals()).toEqual([]);
}, 60_000);

test("An existing bucket is shared under its owner's prefix, and what someone changed since stays", async () => {
  const s3Config = { bucketName: 'central-bedrock-logs', keyPrefix: 'team/data' };
  const region = regionOf({ logging: { s3Config, ...noBodies }, buckets: { 'central-bedrock-logs': true } });
  const stack = await deploy({ invocationLogging: region, logging: { bucket: s3Config.bucketName } });
  expect(region.logging).toMatchObject({
    s3Config,
    cloudWatchConfig: { logGroupName: '/bedrock-budgeteer/local/model-invocations' },
  });

  await stack.deliver('s3', calls('alice', 2));
  await stack.deliver('cloudwatch', calls('bob', 1));
  await stack.settle();
  expect(stack.metrics()).toMatchObject({ Posted: 3 });

  const theirs = { s3Config: { bucketName: 'third' }, ...noBodies, textDataDeliveryEnabled: true };
  region.logging = theirs;
  await stack.remove();
  expect(region.logging).toEqual(theirs);
  expect(stack.deploymentSentences().at(-1)).toBe(
    'Someone changed the logging configuration since, or nothing of it was ours: it stays as it is.',
  );
  expect(stack.refusals()).toEqual([]);
}, 60_000);

test.each([
  [
    'a log group whose two filters are taken',
    regionOf({
      logging: { cloudWatchConfig: group, ...noBodies },
      logGroups: { [group.logGroupName]: ['to-splunk', 'to-opensearch'] },
    }),
    sharedGroup,
    'The log group "/aws/bedrock/modelinvocations" has its 2 subscription filters already ("to-splunk", ' +
      '"to-opensearch") and none is free for metering: remove one of them, or have one stream feed both consumers, and ' +
      'deploy again.',
  ],
  [
    'a bucket that does not tell EventBridge of its objects',
    regionOf({ buckets: { 'central-bedrock-logs': false } }),
    { bucket: 'central-bedrock-logs' },
    'The bucket "central-bedrock-logs" does not tell EventBridge of its objects: switch on "Amazon EventBridge" under ' +
      "the bucket's properties in the S3 console, and deploy again.",
  ],
])(
  'A deployment stops at %s, says so, and leaves nothing behind',
  async (_, region, logging, sentence) => {
    const { logging: found, logGroups } = structuredClone(region);
    expect(await failure(deploy({ invocationLogging: region, logging }))).toBe(
      `DeploymentFailedError: ${sentence}`,
    );
    expect(region.logging).toEqual(found);
    expect(region.logGroups).toEqual(logGroups);
  },
  60_000,
);
