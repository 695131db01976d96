import { gzipSync } from 'node:zlib';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { usageEventDetailType } from '../../lambda/contracts/usage-event.ts';
import { callFunctionUrl } from '../../scripts/local/call-function-url.ts';
import type { LocalStack } from '../../scripts/local/stack.ts';
import type { BusEvent } from '../../scripts/local/stack-events.ts';
import { trailEvent } from '../domain/iam-events/events.ts';
import { logLine } from '../scripts/local/support/log-line.ts';
import { calls, deploy, stopAll } from './support/stage.ts';

let stack: LocalStack;
beforeAll(async () => {
  const meters = { call: { unitUsd: '0.002' } };
  const usageSources = { 'com.example.search': { payers: ['user/*'], meters, trusted: true } };
  stack = await deploy({ settings: { mode: 'enforce', usageSources } });
}, 60_000);
afterAll(stopAll);

/** CloudTrail's record of a change by this identity, as EventBridge hands it over. */
const change = (userIdentity: object, more: object = {}): BusEvent => ({
  busName: 'default',
  source: 'aws.bedrock',
  detailType: 'AWS API Call via CloudTrail',
  detail: {
    eventVersion: '1.09',
    eventSource: 'bedrock.amazonaws.com',
    eventName: 'PutModelInvocationLoggingConfiguration',
    eventTime: '2026-11-22T12:00:00Z',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.1',
    userIdentity,
    ...more,
  },
});
const assumed = (role: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${role}/me`,
  sessionContext: { sessionIssuer: { arn: `arn:aws:iam::111122223333:role/${role}` } },
});
const mallory = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/"mallory"' };
const nightly = 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6';
const critical = async () =>
  (await stack.messages()).filter(({ topic }) => topic === 'critical').map(({ body }) => body);

/** By what a rule is called: an event of it, sent as its source sends it, and the proof that its handler took it. */
const rules: Readonly<Record<string, { send: () => unknown; taken: () => Promise<void> }>> = {
  'new-log-object': {
    send: () => stack.deliver('s3', calls('alice', 3)),
    taken: async () => expect(stack.metrics()).toMatchObject({ Posted: 3 }),
  },
  'logging-changed': {
    send: () => stack.putEvent(change(mallory)),
    taken: async () =>
      expect((await critical()).map((body) => JSON.parse(body))).toEqual([
        'CRITICAL: arn:aws:iam::111122223333:user/"mallory" called PutModelInvocationLoggingConfiguration in us-east-1 at ' +
          '2026-11-22T12:00:00Z from 192.0.2.1. What Bedrock does not log is not metered. What to do is in ' +
          'docs/runbook.md under "Invocation logging was changed".',
      ]),
  },
  'usage-event': {
    send: () =>
      stack.putEvent({
        busName: 'bedrock-budgeteer-local-usage',
        source: 'com.example.search',
        detailType: usageEventDetailType,
        detail: { id: 'a-1', subject: 'user/bob', meter: 'call', quantity: 60, at: '2026-11-22T11:01:00Z' },
      }),
    taken: async () => expect(stack.metrics()).toMatchObject({ UsagePosted: 1 }),
  },
  sweep: {
    send: () => stack.advanceTo(new Date('2026-11-22T12:02:00Z')),
    taken: () => worked('sweep'),
  },
  prove: {
    send: () => stack.advanceTo(new Date('2026-11-22T13:35:00Z')),
    taken: () => worked('prove'),
  },
  'prices-daily': {
    send: () => stack.advanceTo(new Date('2026-11-23T12:00:00Z')),
    taken: () => worked('prices'),
  },
  'reports-daily': {
    send: () => stack.advanceTo(new Date('2026-11-24T12:00:00Z')),
    // A Monday and a Tuesday; alice's three calls were made on the Sunday.
    taken: async () => {
      const reports = (await stack.messages()).filter(({ subject }) => subject.startsWith('Bedrock spend'));
      expect(reports.map(({ topic, subject }) => [topic, subject.replace(/\$[\d.]+/, '$')])).toEqual([
        ['budget-alerts', 'Bedrock spend: $ on 2026-11-22, 0 % of month:2026-11 used'],
        ['budget-alerts', 'Bedrock spend: $ in the week to 2026-11-22, 0 % of month:2026-11 used'],
        ['budget-alerts', 'Bedrock spend: $ on 2026-11-23 (-100 %), 0 % of month:2026-11 used'],
      ]);
      expect(reports[1]?.body).toContain('user/alice  $');
    },
  },
  'anchors-daily': {
    send: () => stack.advanceTo(new Date('2026-11-24T12:00:00Z')),
    taken: () => worked('anchors'),
  },
  'iam-changed': {
    send: () =>
      stack.putEvent({
        busName: 'default',
        source: 'aws.iam',
        detailType: 'AWS API Call via CloudTrail',
        detail: trailEvent('CreateServiceSpecificCredential', {
          userName: 'nina',
          serviceName: 'bedrock.amazonaws.com',
        }),
      }),
    // A newcomer with a Bedrock key is met before the first call.
    taken: async () => {
      const Key = { pk: 'user/nina', sk: 'STATE' };
      const { Item } = await stack.client.send(new GetCommand({ TableName: stack.tables.budgets, Key }));
      expect(Item).toBeDefined();
    },
  },
  'batch-jobs-submitted': {
    send: () =>
      stack.putEvent({
        busName: 'default',
        source: 'aws.bedrock',
        detailType: 'AWS API Call via CloudTrail',
        detail: trailEvent(
          'CreateModelInvocationJob',
          { jobName: 'nightly', modelId: 'amazon.nova-pro-v1:0' },
          { eventSource: 'bedrock.amazonaws.com', responseElements: { jobArn: nightly } },
        ),
      }),
    // Who submitted it is noted, to be stopped with its owner.
    taken: async () => {
      const { Items = [] } = await stack.client.send(
        new QueryCommand({
          TableName: stack.tables.budgets,
          KeyConditionExpression: 'pk = :bob',
          ExpressionAttributeValues: { ':bob': 'user/bob' },
        }),
      );
      expect(JSON.stringify(Items)).toContain(nightly);
    },
  },
  'iam-reconcile': {
    send: () => stack.advanceTo(new Date('2026-11-24T20:00:00Z')),
    taken: () => worked('iam-reconcile'),
  },
};

/** The function has run, and its calls went through. */
async function worked(name: string): Promise<void> {
  const calls = stack.calls().filter(({ caller }) => caller.endsWith(`-${name}`));
  expect(calls.map(({ outcome }) => outcome)).toContain('done');
}
const nameOf = (rule: string) =>
  Object.keys(rules).find((name) => rule.endsWith(`-local-${name}`)) ?? `${rule} has no event here`;

test('Each rule of each template has an event here', () => {
  expect(stack.assembly.rules.map(({ name }) => nameOf(name)).sort()).toEqual(Object.keys(rules).sort());
});

test.each(Object.entries(rules))(
  'An event of %s reaches a handler that accepts it',
  async (_, { send, taken }) => {
    await send();
    await stack.settle();
    await taken();
    expect(stack.refusals()).toEqual([]);
    expect(stack.recentLines().filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
  },
  30_000,
);

test.each<[string, () => BusEvent, number]>([
  ['by a role of someone', () => change(assumed('Admin')), 1],
  [
    'that deletes the configuration',
    () => change(mallory, { eventName: 'DeleteModelInvocationLoggingConfiguration' }),
    1,
  ],
  ['by the root user', () => change({ type: 'Root', arn: 'arn:aws:iam::111122223333:root' }), 1],
  ['that was refused', () => change(mallory, { errorCode: 'AccessDenied' }), 0],
  ['by the deployment itself', () => change(assumed(ownRole())), 0],
])('A change of the logging configuration %s', async (_, event, times) => {
  const before = (await critical()).length;
  stack.putEvent(event());
  await stack.settle();
  expect((await critical()).length - before).toBe(times);
});

function ownRole(): string {
  const logging = stack.assembly.functions.find(({ name }) => name.endsWith('-logging'));
  return logging?.roleArn.split(':role/')[1] ?? '';
}

/** Stands for a prompt or a credential: whatever comes in with an event, it may be nowhere afterwards. */
const canary = 'CANARY-sk-live-0123456789';

/** Where raw input comes in, by the function that reads it. */
const inlets: Readonly<Record<string, () => unknown>> = {
  'ingest, from CloudWatch Logs': () => stack.deliver('cloudwatch', spoilt('cloudwatch')),
  'ingest, from a delivery that cannot be unpacked': () =>
    stack.deliverPacked(gzipSync(`{"logEvents": ${canary}`).toString('base64')),
  'ingest, from S3': () => stack.putLogObject(gzipSync(spoilt('s3').join('\n'))),
  'usage-events': () =>
    stack.report([
      ...[
        {},
        { quantity: canary },
        { meter: canary },
        { subject: `user/${canary}` },
        { id: { prompt: canary } },
      ].map((wrong, index) => ({
        source: 'com.example.search',
        detail: {
          ...{
            id: `c-${index}`,
            at: '2026-11-22T11:01:00Z',
            subject: 'user/bob',
            meter: 'call',
            quantity: 1,
          },
          prompt: canary,
          ...wrong,
        },
      })),
      { source: 'com.example.search', detail: canary },
    ]),
  'iam-events': () =>
    stack.putEvent({
      busName: 'default',
      source: 'aws.iam',
      detailType: 'AWS API Call via CloudTrail',
      detail: trailEvent(
        'CreateServiceSpecificCredential',
        { userName: 'olga', serviceName: 'bedrock.amazonaws.com' },
        { responseElements: { serviceSpecificCredential: { serviceCredentialSecret: canary } } },
      ),
    }),
  jobs: () =>
    stack.putEvent({
      busName: 'default',
      source: 'aws.bedrock',
      detailType: 'AWS API Call via CloudTrail',
      detail: trailEvent(
        'CreateModelInvocationJob',
        { jobName: canary, inputDataConfig: { s3InputDataConfig: { s3Uri: `s3://prompts/${canary}` } } },
        { eventSource: 'bedrock.amazonaws.com', responseElements: { jobArn: nightly } },
      ),
    }),
  'front-door': () => refused('front-door', { action: 'halt', prompt: canary }),
  approvals: () =>
    refused('approvals', { action: 'approve', execution: 'none', reason: 'x', password: canary }),
};
async function refused(door: string, body: object): Promise<void> {
  const { status } = await callFunctionUrl(stack.people.functionUrl(door), 'operator', body);
  expect([door, status]).toEqual([door, 400]);
}
const spoilt = (way: string) => [
  JSON.stringify({
    ...JSON.parse(logLine('paula', `paula-${way}`)),
    requestMetadata: { authorization: canary },
    input: { inputContentType: 'application/json', inputTokenCount: 9, inputBodyJson: { prompt: canary } },
  }),
  `{"schemaType": "ModelInvocationLog", "input": {"inputBodyJson": "${canary}`,
  canary,
];

test.each(Object.entries(inlets))(
  'Of what %s reads, no prompt and no credential reaches a log, a table or a message',
  async (_, send) => {
    await send();
    await stack.settle();

    const tables = await Promise.all(
      Object.values(stack.tables).map(async (TableName) => stack.client.send(new ScanCommand({ TableName }))),
    );
    expect(JSON.stringify(tables)).not.toContain(canary);
    expect(stack.recentLines().join('\n')).not.toContain(canary);
    expect(JSON.stringify(await stack.messages())).not.toContain(canary);
  },
  30_000,
);
