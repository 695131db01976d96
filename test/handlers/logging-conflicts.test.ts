import type { LoggingPropertiesInput } from '../../lambda/contracts/custom-resources.ts';
import {
  ingest,
  LoggingDeployment,
  own,
  recorded,
  sharedBucket,
  sharedGroup,
} from '../support/logging-deployment.ts';
import { MemoryLoggingRecords } from '../support/memory-logging-records.ts';

let stage: LoggingDeployment;
beforeEach(async () => {
  stage = await LoggingDeployment.start();
});
afterEach(() => stage.plane.stop());

describe('A failure is answered with one sentence that says what to change', () => {
  test.each<[string, () => Partial<LoggingPropertiesInput>, string]>([
    [
      'Bedrock writes elsewhere',
      () => {
        stage.plane.logging = recorded;
        return {};
      },
      'Bedrock already writes its invocation log in eu-central-1 to the log group "/aws/bedrock/modelinvocations", and ' +
        "this stage reads others: put \"logging: { logGroup: '/aws/bedrock/modelinvocations', roleArn: " +
        "'arn:aws:iam::111122223333:role/BedrockLogging' }\" into the stage in lib/stages.ts to share them, or turn " +
        'that logging off, and deploy again.',
    ],
    [
      'no subscription filter is free',
      () => {
        stage.plane.filters['/aws/bedrock/modelinvocations'] = { ToSplunk: 'arn:a', ToOpenSearch: 'arn:b' };
        return sharedGroup;
      },
      'The log group "/aws/bedrock/modelinvocations" has its 2 subscription filters already ("ToSplunk", ' +
        '"ToOpenSearch") and none is free for metering: remove one of them, or have one stream feed both consumers, and ' +
        'deploy again.',
    ],
    [
      'the named log group does not exist',
      () => {
        stage.plane.filters = {};
        return sharedGroup;
      },
      'There is no log group "/aws/bedrock/modelinvocations" in eu-central-1: create it, or correct logging.logGroup ' +
        'of the stage in lib/stages.ts, and deploy again.',
    ],
    [
      'the named bucket does not exist',
      () => ({ ...sharedBucket, BucketName: 'nowhere' }),
      'There is no bucket "nowhere" in eu-central-1 of this account: correct logging.bucket of the stage in ' +
        'lib/stages.ts, and deploy again.',
    ],
    [
      'the named bucket is in another Region',
      () => {
        stage.plane.refusedBuckets = { 'central-bedrock-logs': [301, 'PermanentRedirect'] };
        return sharedBucket;
      },
      'There is no bucket "central-bedrock-logs" in eu-central-1 of this account: correct logging.bucket of the stage in ' +
        'lib/stages.ts, and deploy again.',
    ],
    [
      'the named bucket is of another account',
      () => {
        stage.plane.refusedBuckets = { 'central-bedrock-logs': [403, 'AccessDenied'] };
        return sharedBucket;
      },
      'The bucket "central-bedrock-logs" cannot be looked at (AccessDenied): it belongs to another account or its policy ' +
        'denies it, so name a bucket of this account in logging.bucket, or let this account read its notifications. It was ' +
        'refused for a minute, longer than a changed policy takes to be known: look for a service control policy, a ' +
        "boundary of the function's role, or a policy of the resource itself that denies it, and deploy again.",
    ],
    [
      'Bedrock writes to the named log group as a role that the stage does not name',
      () => {
        stage.plane.logging = recorded;
        return { ...sharedGroup, RoleArn: own.RoleArn };
      },
      'Bedrock writes to the log group "/aws/bedrock/modelinvocations" in eu-central-1 as the role ' +
        'arn:aws:iam::111122223333:role/BedrockLogging, which this stage does not name: put "roleArn: ' +
        '\'arn:aws:iam::111122223333:role/BedrockLogging\'" beside logGroup into "logging" of the stage in ' +
        'lib/stages.ts, and deploy again.',
    ],
    [
      'the named bucket is silent',
      () => {
        stage.plane.buckets['central-bedrock-logs'] = false;
        return sharedBucket;
      },
      'The bucket "central-bedrock-logs" does not tell EventBridge of its objects: switch on "Amazon EventBridge" ' +
        "under the bucket's properties in the S3 console, and deploy again.",
    ],
    [
      'Bedrock may not write there',
      () => {
        stage.plane.refusals = 100;
        return {};
      },
      'Bedrock refuses the logging configuration: Failed to validate permissions for log group: /aws/bedrock, with ' +
        'role: arn:aws:iam::111122223333:role/x. Verify the IAM role permissions are correct. Let Bedrock write to the ' +
        'named destination (policy of the bucket, role of the log group), and try again.',
    ],
  ])('%s', async (_, arrange, sentence) => {
    const properties = arrange();

    expect(await stage.deploy('Create', properties)).toMatchObject({ Status: 'FAILED', Reason: sentence });
    expect(stage.plane.loggingWrites).toEqual([]);
  });

  test('our own subscription does not count against itself', async () => {
    stage.plane.filters['/aws/bedrock/modelinvocations'] = { ToSplunk: 'arn:a', ToIngest: ingest };

    expect((await stage.deploy('Update', sharedGroup)).Status).toBe('SUCCESS');
  });
});

describe('Two stages in one Region', () => {
  const second = new MemoryLoggingRecords();
  const first = { LogGroupName: own.LogGroupName, LogGroupDeclared: 'true', RoleArn: own.RoleArn } as const;
  const sharing = { ...first, BucketName: 'our-logs', BucketDeclared: 'true' } as const;

  test('do not fight: the second is told, then shares, and goes without a trace', async () => {
    stage.plane.buckets['our-logs'] = true;
    await stage.deploy('Create');
    const settled = stage.plane.logging;

    const told = await stage.deploy(
      'Create',
      { LogGroupName: '/bedrock-budgeteer/second/model-invocations' },
      second,
    );
    expect(told.Reason).toContain(`logGroup: '${own.LogGroupName}'`);
    expect(told.Reason).toContain("bucket: 'our-logs'");
    expect((await stage.deploy('Create', sharing, second)).Status).toBe('SUCCESS');
    await stage.deploy('Delete', sharing, second);

    expect(stage.plane.logging).toBe(settled);
  });

  test('the first does not go while the second reads its log group', async () => {
    await stage.deploy('Create');
    const settled = stage.plane.logging;
    stage.plane.filters[own.LogGroupName] = { ToIngest: ingest, 'second-ToIngest': 'arn:second' };

    expect(await stage.deploy('Delete')).toMatchObject({
      Status: 'FAILED',
      Reason:
        'The log group "/bedrock-budgeteer/test/model-invocations" also feeds "second-ToIngest", which would go silent: ' +
        'remove that subscription, or the stage that it belongs to, and delete this stack again.',
    });
    expect(stage.plane.logging).toBe(settled);
  });

  test("a stage that owns the bucket alone does not go while another reads it, whoever's the log group is", async () => {
    stage.plane.logging = recorded;
    await stage.deploy('Create', sharedGroup);
    const settled = stage.plane.logging;
    stage.plane.rules = { ...stage.plane.rules, another: 'our-logs-2', 'second-NewLogObject': 'our-logs' };

    expect(await stage.deploy('Delete', sharedGroup)).toMatchObject({
      Status: 'FAILED',
      Reason:
        'The bucket "our-logs" is also read by the EventBridge rule "second-NewLogObject", which would go silent: remove ' +
        'that rule, or the stage that it belongs to, and delete this stack again.',
    });
    expect(stage.plane.logging).toBe(settled);

    delete stage.plane.rules['second-NewLogObject'];
    expect((await stage.deploy('Delete', sharedGroup)).Status).toBe('SUCCESS');
  });
});
