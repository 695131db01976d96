import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ResourceSpec } from '../../scripts/local/assembly/local-assembly.ts';
import { calls, deploy, failure, mayInvoke, regionOf, stopAll } from './support/stage.ts';

afterEach(stopAll);

function denyingMore(properties: ResourceSpec['properties'], action: string): ResourceSpec['properties'] {
  const document = properties['PolicyDocument'] as { Statement: object[] };
  const more = { Sid: 'More', Effect: 'Deny', Action: action, Resource: '*' };
  return { ...properties, PolicyDocument: { ...document, Statement: [...document.Statement, more] } };
}

test('A fresh account is logged and metered, survives an upgrade, and is as before once the stage is gone', async () => {
  const region = regionOf();
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

  // A newer version, which denies one thing more to those who are suspended while it is deployed.
  const sentences = stack.deploymentSentences().length;
  const mayList = () => mayInvoke(stack, 'alice', 'bedrock:ListFoundationModels');
  expect(await mayList()).toBe('allowed');
  await stack.update({ revision: 2 }, (resource) =>
    resource.ref.endsWith('/BedrockBudgetSuspended-local')
      ? { ...resource, properties: denyingMore(resource.properties, 'bedrock:ListFoundationModels') }
      : resource,
  );
  await stack.settle();
  expect(await access()).toEqual(['denied', 'denied', 'allowed', 'denied']);
  expect(await mayList()).toBe('denied');
  // What lifts denies has not been asked, and what sees to logging has nothing to change.
  expect(stack.deploymentSentences().slice(sentences)).toEqual([
    expect.stringMatching(/^Bedrock writes its invocation log to/),
  ]);

  const before = stack.deploymentSentences().length;
  // CloudFormation loses every try of the first answer, so Lambda calls the function again.
  await stack.remove({ lostAnswers: 6 });
  await stack.settle();
  expect(await access()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
  expect(stack.deploymentSentences().slice(before)).toEqual([
    'No workflow was running.',
    '3 denies were lifted.',
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
  const region = regionOf();
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

test('A removal does not wait for a grace period, nor for a bucket that another stage reads to fall silent', async () => {
  const region = regionOf({
    logging: {
      cloudWatchConfig: { logGroupName: 'theirs', roleArn: 'arn:aws:iam::111122223333:role/Theirs' },
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
    },
    logGroups: { theirs: [] },
  });
  const shares = { logGroup: 'theirs', roleArn: 'arn:aws:iam::111122223333:role/Theirs' };
  const stack = await deploy({
    invocationLogging: region,
    logging: shares,
    settings: { mode: 'enforce', graceSeconds: 86_400, defaultBudget: { monthUsd: '0.10' } },
  });
  const bucket = region.logging?.s3Config?.bucketName ?? '';
  const second = await deploy({
    stage: 'second',
    invocationLogging: region,
    logging: { ...shares, bucket },
  });
  await stack.deliver('cloudwatch', calls('alice', 6));
  await stack.settle();
  expect(await stack.executions()).toMatchObject([{ subject: 'user/alice', status: 'RUNNING' }]);

  const before = stack.deploymentSentences().length;
  expect(await failure(stack.remove())).toMatch(
    /^DeploymentFailedError: The bucket "[^"]+" is also read by the EventBridge rule "[^"]+", which would go silent/,
  );
  expect(await stack.executions()).toMatchObject([{ subject: 'user/alice', status: 'ABORTED' }]);
  expect(stack.deploymentSentences().slice(before)).toEqual([
    '1 running workflows were ended.',
    // Economy models only, while the grace period ran.
    '1 denies were lifted.',
  ]);
  await second.remove();
  await stack.remove();
  expect(region.logging).toEqual(expect.not.objectContaining({ s3Config: expect.anything() }));
  expect([...stack.refusals(), ...second.refusals()]).toEqual([]);
}, 120_000);
