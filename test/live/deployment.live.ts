import { gunzipSync } from 'node:zlib';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { BedrockLogging } from '../../lambda/adapters/bedrock/logging.ts';
import { readLine } from '../../lambda/domain/metering/read-line.ts';
import { auditArchiveName, physicalName, usageBusName } from '../../lib/shared/naming.ts';
import { whoCalls } from '../../scripts/budgeteer/deployment/caller.ts';
import { doctor } from '../../scripts/budgeteer/doctor/doctor.ts';
import { readDescription, versionNotice } from '../../scripts/budgeteer/read-description.ts';
import { listLogObjects } from '../../scripts/budgeteer/recovery/list-log-objects.ts';
import { onlyWith, stageUnderTest } from './support/live.ts';

/** What only a deployed stage can show, in whose Region someone called Bedrock today. Reads only. */
jest.setTimeout(180_000);

const quarantined = (lines: readonly string[]) =>
  lines
    .filter((line) => line.trim() !== '')
    .map((line) => readLine(line))
    .filter(({ kind }) => kind === 'quarantined');

onlyWith('BUDGETEER_LIVE_STAGE')('A deployed stage', () => {
  it('answers every question of `doctor` in a form that it reads', async () => {
    const { json } = await doctor({ before: false }, stageUnderTest());

    expect(json.findings.filter(({ saw }) => saw.startsWith('Could not be seen'))).toEqual([]);
    expect(json.findings).toContainEqual(expect.objectContaining({ check: 'policies', verdict: 'ok' }));
    expect(json.findings).toContainEqual(expect.objectContaining({ check: 'schedules', verdict: 'ok' }));
  });

  it('describes itself as lib/stages.ts declares it', async () => {
    const { aws, stage, settings } = stageUnderTest();
    const description = await readDescription(stage, aws);

    expect(description.settings).toEqual(settings);
    expect(versionNotice(description)).toBeUndefined();
  });

  it('has log events of today in a form that the parser reads', async () => {
    const { aws, logGroup } = stageUnderTest();
    const { events = [] } = await new CloudWatchLogsClient(aws).send(
      new FilterLogEventsCommand({ logGroupName: logGroup, startTime: Date.now() - 86_400_000, limit: 500 }),
    );

    expect(events.length).toBeGreaterThan(0);
    expect(quarantined(events.map(({ message = '' }) => message))).toEqual([]);
  });

  it('has log objects of today in a form that the parser reads', async () => {
    const { aws } = stageUnderTest();
    const { account } = await whoCalls(stageUnderTest());
    const { s3Config } = (await new BedrockLogging(new BedrockClient(aws)).read()) ?? {};
    const client = new S3Client(aws);
    const place = { bucket: s3Config?.bucketName ?? '', prefix: s3Config?.keyPrefix ?? '' };
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const found: string[] = [];
    for await (const { key } of listLogObjects(client, {
      ...place,
      account,
      region: aws.region,
      from: day(1),
      to: day(0),
    })) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: place.bucket, Key: key }));
      const packed = await Body?.transformToByteArray();
      found.push(
        ...gunzipSync(packed ?? new Uint8Array())
          .toString()
          .split('\n'),
      );
      if (found.length > 500) break;
    }

    expect(found.length).toBeGreaterThan(0);
    expect(quarantined(found)).toEqual([]);
  });

  it.each(['front-door', 'approvals'])('has a door %s that nobody enters unsigned', async (door) => {
    const { aws, stage } = stageUnderTest();
    const { FunctionUrl = '' } = await new LambdaClient(aws).send(
      new GetFunctionUrlConfigCommand({ FunctionName: physicalName(stage, door) }),
    );
    const { status } = await fetch(FunctionUrl, {
      method: 'POST',
      body: '{"action":"halt","reason":"a test"}',
    });

    expect(status).toBe(403);
  });

  it('has a bus whose policy denies whoever it does not name, as it was written', async () => {
    const { aws, stage } = stageUnderTest();
    const { Policy = '' } = await new EventBridgeClient(aws).send(
      new DescribeEventBusCommand({ Name: usageBusName(stage) }),
    );

    expect(JSON.parse(Policy)).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Action: 'events:PutEvents' }),
      ]),
    });
  });

  it('has an archive that is locked, and with it its newest anchor', async () => {
    const deployment = stageUnderTest();
    if (!deployment.auditArchive) return;
    const { account } = await whoCalls(deployment);
    const client = new S3Client(deployment.aws);
    const Bucket = auditArchiveName(deployment.stage, account);
    const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
    const { Versions = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: 'anchors/' }),
    );
    const newest = Versions.filter(({ IsLatest }) => IsLatest).at(-1);

    expect(ObjectLockConfiguration?.ObjectLockEnabled).toBe('Enabled');
    expect(newest).toBeDefined();
    const { Retention } = await client.send(
      new GetObjectRetentionCommand({ Bucket, Key: newest?.Key, VersionId: newest?.VersionId }),
    );
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
  });
});
