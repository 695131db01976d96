import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { account, calls, deploy, failure, mayInvoke, stopAll } from './support/stage.ts';

afterEach(stopAll);

test('A fresh account is logged and metered, survives an upgrade, and is as before once the stage is gone', async () => {
  const region = account();
  const stack = await deploy({ invocationLogging: region, chaos: { seed: 5 } });
  expect(region.logging).toMatchObject({
    cloudWatchConfig: { logGroupName: '/bedrock-budgeteer/local/model-invocations' },
    s3Config: { bucketName: expect.stringContaining('invocationlogs') },
    textDataDeliveryEnabled: false,
  });

  await stack.deliver('cloudwatch', [...calls('alice', 6), ...calls('bob', 4), ...calls('carol', 1)]);
  await stack.deliver('s3', calls('dave', 6));
  await stack.settle();
  const access = () => Promise.all(['alice', 'bob', 'carol', 'dave'].map((user) => mayInvoke(stack, user)));
  // Bob is over 90 % and has economy models only.
  expect(await access()).toEqual(['denied', 'denied', 'allowed', 'denied']);

  await stack.update({ revision: 2 });
  await stack.settle();
  expect(await access()).toEqual(['denied', 'denied', 'allowed', 'denied']);

  const before = stack.deploymentSentences().length;
  // CloudFormation loses every try of the first answer, so Lambda calls the function again.
  await stack.remove({ lostAnswers: 6 });
  await stack.settle();
  expect(await access()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
  expect(stack.deploymentSentences().slice(before)).toEqual([
    'Nobody carried a deny of ours.',
    'Invocation logging is off, as it was before.',
  ]);
  expect(region.logging).toBeUndefined();
  expect(region.logGroups.size).toBe(0);
  expect(await stack.deliver('cloudwatch', calls('carol', 3))).toBe(false);

  // The tables stay, and so does what people spent.
  const Key = { pk: 'user/alice', sk: 'BAL#month:2026-11#0' };
  const { Item } = await stack.client.send(new GetCommand({ TableName: stack.tables.budgets, Key }));
  expect(Item?.['spent']).toBe(144_000_000);
  // Done again there is nothing left to do.
  await stack.remove();
  expect(stack.refusals()).toEqual([]);
}, 120_000);

test('Two stages share one configuration, and neither takes it from the other', async () => {
  const region = account();
  const first = await deploy({ invocationLogging: region });
  const settled = structuredClone(region.logging);
  const { logGroupName = '', roleArn = '' } = settled?.cloudWatchConfig ?? {};
  const bucket = settled?.s3Config?.bucketName ?? '';

  expect(await failure(deploy({ stage: 'second', invocationLogging: region }))).toBe(
    `DeploymentFailedError: Bedrock already writes its invocation log in us-east-1 to the log group "${logGroupName}" ` +
      `and to the bucket "${bucket}", and this stage reads others: put "logging: { logGroup: '${logGroupName}', ` +
      `roleArn: '${roleArn}', bucket: '${bucket}' }" into the stage in lib/stages.ts to share them, or turn that ` +
      'logging off, and deploy again.',
  );
  expect(region.logging).toEqual(settled);
  expect([...region.logGroups.keys()].filter((name) => name.includes('second'))).toEqual([]);

  const second = await deploy({
    stage: 'second',
    invocationLogging: region,
    logging: { logGroup: logGroupName, roleArn, bucket },
  });
  expect(region.logging).toEqual(settled);
  expect(region.logGroups.get(logGroupName)?.size).toBe(2);
  for (const stage of [first, second]) {
    await stage.deliver('cloudwatch', calls('alice', 2));
    await stage.settle();
    expect(stage.metrics()).toMatchObject({ Posted: 2 });
  }

  expect(await failure(first.remove())).toMatch(
    /^DeploymentFailedError: The log group "\/bedrock-budgeteer\/local\/model-invocations" also feeds "[^"]+", which would go silent: remove that subscription/,
  );
  expect(region.logging).toEqual(settled);
  await second.remove();
  expect(region.logging).toEqual(settled);
  await first.remove();
  expect(region.logging).toBeUndefined();
  expect([...first.refusals(), ...second.refusals()]).toEqual([]);
}, 120_000);
