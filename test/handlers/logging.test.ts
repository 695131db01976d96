import {
  LoggingDeployment,
  own,
  recorded,
  sharedBucket,
  sharedGroup,
} from '../support/logging-deployment.ts';

let stage: LoggingDeployment;
beforeEach(async () => {
  stage = await LoggingDeployment.start();
});
afterEach(() => stage.plane.stop());

describe('A deployment', () => {
  test('switches logging on where it was off, and its removal switches it off', async () => {
    expect(await stage.deploy('Create')).toEqual({
      Status: 'SUCCESS',
      StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/ingestion/1',
      RequestId: 'c5b8a9a0-0001',
      LogicalResourceId: 'InvocationLoggingStep',
      PhysicalResourceId: 'InvocationLoggingStep',
      Data: {
        Summary:
          'Bedrock writes its invocation log to the log group "/bedrock-budgeteer/test/model-invocations" and the ' +
          'bucket "our-logs".',
      },
    });
    expect(stage.plane.logging).toEqual({
      cloudWatchConfig: {
        logGroupName: own.LogGroupName,
        roleArn: own.RoleArn,
        largeDataDeliveryS3Config: { bucketName: 'our-logs' },
      },
      s3Config: { bucketName: 'our-logs' },
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
      audioDataDeliveryEnabled: false,
    });

    expect((await stage.deploy('Delete')).Data?.Summary).toBe('Invocation logging is off, as it was before.');
    expect(stage.plane.logging).toBeUndefined();
    expect(stage.records.record).toBeUndefined();
  });

  test('shares what was there, and its removal leaves that as it was', async () => {
    stage.plane.logging = recorded;

    await stage.deploy('Create', sharedGroup);
    expect(stage.plane.logging).toMatchObject({
      cloudWatchConfig: { logGroupName: '/aws/bedrock/modelinvocations', roleArn: sharedGroup.RoleArn },
      s3Config: { bucketName: 'our-logs' },
    });

    await stage.deploy('Delete', sharedGroup);
    const { logGroupName, roleArn } = recorded.cloudWatchConfig;
    expect(stage.plane.logging).toEqual({
      ...recorded,
      cloudWatchConfig: { logGroupName, roleArn },
      s3Config: undefined,
    });
  });

  test('writes nothing where everything is there already', async () => {
    stage.plane.logging = {
      ...recorded,
      s3Config: { bucketName: 'central-bedrock-logs', keyPrefix: 'bedrock' },
    };

    await stage.deploy('Create', { ...sharedGroup, ...sharedBucket });
    await stage.deploy('Update', { ...sharedGroup, ...sharedBucket });
    await stage.deploy('Delete', { ...sharedGroup, ...sharedBucket });

    expect(stage.plane.answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(stage.plane.loggingWrites).toEqual([]);
  });

  test('repeated by CloudFormation changes nothing, in either direction', async () => {
    await stage.deploy('Create');
    const once = { logging: stage.plane.logging, record: stage.records.record };
    await stage.deploy('Create');
    await stage.deploy('Update');
    expect({ logging: stage.plane.logging, record: stage.records.record }).toEqual(once);

    await stage.deploy('Delete');
    const answer = await stage.deploy('Delete');
    expect(stage.plane.loggingWrites).toEqual(['PUT', 'DELETE']);
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: { Summary: 'Nothing was changed, so nothing is put back.' },
    });
  });

  test('with a changed stage first thinks away what the old one did', async () => {
    stage.plane.logging = undefined;
    await stage.deploy('Create');
    await stage.deploy('Update', sharedGroup);
    expect(stage.plane.logging).toMatchObject({
      cloudWatchConfig: { logGroupName: '/aws/bedrock/modelinvocations' },
      s3Config: { bucketName: 'our-logs' },
    });

    await stage.deploy('Delete', sharedGroup);
    expect(stage.plane.logging).toBeUndefined();
  });

  test('that is asked to look again takes back what someone deleted', async () => {
    await stage.deploy('Create');
    const settled = stage.plane.logging;
    stage.plane.logging = undefined;
    await stage.deploy('Update', { Revision: '2' });

    expect(stage.plane.logging).toEqual(settled);
  });

  test('that breaks off between remembering and writing still knows what was there', async () => {
    stage.plane.logging = {
      ...recorded,
      cloudWatchConfig: undefined,
      s3Config: { bucketName: 'central-bedrock-logs' },
    };
    const before = stage.plane.logging;
    stage.plane.refusals = 100;

    const answer = await stage.deploy('Create', sharedBucket);
    stage.plane.refusals = 0;
    expect(answer.Status).toBe('FAILED');
    // CloudFormation deletes what it could not create.
    await stage.deploy('Delete', sharedBucket);

    expect(stage.plane.logging).toBe(before);
    expect(stage.records.record).toBeUndefined();
  });

  test('that fails to change a stage and is rolled back keeps the way back to before', async () => {
    await stage.deploy('Create');
    stage.plane.refusals = 100;
    expect((await stage.deploy('Update', sharedGroup)).Status).toBe('FAILED');
    stage.plane.refusals = 0;
    await stage.deploy('Update');
    await stage.deploy('Delete');

    expect(stage.plane.logging).toBeUndefined();
  });

  test('waits for a new role to be known everywhere', async () => {
    stage.plane.refusals = 4;

    expect((await stage.deploy('Create')).Status).toBe('SUCCESS');
    expect(stage.slept).toBe(20_000);
  });
});

describe('A removal keeps what someone changed since', () => {
  test('another bucket stays, our log group goes', async () => {
    await stage.deploy('Create');
    stage.plane.logging = { ...stage.plane.logging, s3Config: { bucketName: 'third' } };
    await stage.deploy('Delete');

    expect(stage.plane.logging).toMatchObject({
      s3Config: { bucketName: 'third' },
      textDataDeliveryEnabled: false,
    });
    expect(stage.plane.logging).not.toHaveProperty('cloudWatchConfig');
  });

  test('logging that someone turned off stays off', async () => {
    stage.plane.logging = { ...recorded };
    await stage.deploy('Create', sharedGroup);
    stage.plane.logging = undefined;
    const { Data } = await stage.deploy('Delete', sharedGroup);

    expect(stage.plane.logging).toBeUndefined();
    expect(Data?.Summary).toBe(
      'Someone changed the logging configuration since, or nothing of it was ours: it stays as it is.',
    );
  });
});

describe('The answer', () => {
  test('is tried again until CloudFormation takes it', async () => {
    stage.plane.lostAnswers = 3;

    expect((await stage.deploy('Create')).Status).toBe('SUCCESS');
    expect(stage.plane.answers).toHaveLength(1);
  });

  test('that is never taken ends in an error without the address, which is a credential', async () => {
    stage.plane.lostAnswers = 100;

    const error = await stage.deploy('Create').catch((thrown: Error) => thrown);
    expect(String(error)).toBe(
      'AnswerNotTakenError: CloudFormation did not take the answer of InvocationLoggingStep (status 503): deploy again.',
    );
    expect(stage.reports.join()).not.toContain('Signature');
  });
});
