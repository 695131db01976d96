import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { OperatorQueue } from '../../../../scripts/budgeteer/deployment/operator-queue.ts';
import { doctor } from '../../../../scripts/budgeteer/doctor/doctor.ts';
import { LoggingRegion } from '../../../../scripts/local/aws/logging-region.ts';
import type { LocalStack } from '../../../../scripts/local/stack.ts';
import { logLine } from '../../local/support/log-line.ts';
import { startOperated } from '../support/operator.ts';

jest.setTimeout(60_000);

let stack: LocalStack;
let deployment: Deployment;
const region = new LoggingRegion();
const full = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'bedrock:*', Resource: '*' }] };

beforeAll(async () => {
  ({ stack, deployment } = await startOperated({
    invocationLogging: region,
    principals: {
      'user/alice': {},
      'user/breaker': { path: '/break-glass/', policies: [full] },
      'user/clerk': { policies: [{ Version: '2012-10-17', Statement: [] }] },
    },
  }));
}, 120_000);
afterAll(() => stack?.stop());

const verdicts = async (before = false) => {
  const { json, exitCode, text } = await doctor({ before }, deployment);
  return {
    exitCode,
    text,
    of: (check: string) => json.findings.filter((finding) => finding.check === check),
  };
};
/** What this machine has no imitation of, CloudWatch's metrics and alarms, and topics that nobody subscribes to. */
const elsewhere = ['lag', 'alarms', 'topics'];

it('finds a fresh deployment in order, whatever this machine can tell of it', async () => {
  const { json, exitCode } = await doctor({ before: false }, deployment);
  expect(exitCode).toBe(0);
  const others = json.findings.filter(({ check }) => !elsewhere.includes(check));
  expect(others.filter(({ verdict }) => verdict !== 'ok')).toMatchObject([
    { check: 'tampering', saw: '1 could tamper by their policies: user/alice: switch logging off.' },
  ]);
  expect(others.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'stacks',
      'logging',
      'subscription',
      'log objects',
      'schedules',
      'policies',
      'denies',
    ]),
  );
  const topics = json.findings.filter(({ check }) => check === 'topics');
  expect(topics.map(({ verdict }) => verdict)).toEqual(['attention', 'attention', 'attention']);
});

it('sees a deny where it should be, and misses it where somebody took it off', async () => {
  await stack.deliver(
    'cloudwatch',
    Array.from({ length: 5 }, (_, index) => logLine('alice', `alice-${index}`)),
  );
  await stack.settle();
  expect((await verdicts()).of('denies')).toMatchObject([
    { verdict: 'ok', saw: '1 principals carry a deny, as they should.' },
  ]);

  await stack.client.send(
    new UpdateCommand({
      TableName: stack.tables.budgets,
      Key: { pk: 'user/alice', sk: 'STATE' },
      UpdateExpression: 'SET #state.holds = :none',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':none': {} },
    }),
  );
  const after = await verdicts();
  expect(after.of('denies')).toMatchObject([{ verdict: 'broken', saw: 'Denied, but not held: user/alice.' }]);
  expect(after.exitCode).toBe(1);
});

it('counts dead letters as broken, and says how to bring them back', async () => {
  const dead = await OperatorQueue.open(deployment.queues.ingest.deadLetters, deployment.aws);
  await dead.send(['{}']);
  const { of, text } = await verdicts();
  expect(of('dead letters')).toMatchObject([{ verdict: 'broken', todo: expect.stringContaining('redrive') }]);
  expect(text).toMatch(/broken +dead letters +1 deliveries are dead letters/);
});

it('tells before a deployment who may call Bedrock and who could not be stopped', async () => {
  const { of } = await verdicts(true);
  expect(of('callers')[0]?.saw).toMatch(/^2 users and 0 roles may call Bedrock by their policies/);
  expect(of('unstoppable')).toMatchObject([
    { verdict: 'attention', saw: expect.stringContaining('user/breaker: It is under the break-glass path') },
  ]);
  expect(of('quotas')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('logging')).toMatchObject([{ verdict: 'attention', saw: expect.stringContaining('already') }]);
  // Tables and log groups of this very stage, and what its enforcer has reserved of the account.
  expect(of('leftovers')).toMatchObject([
    { verdict: 'ok', saw: expect.stringMatching(/^The stage is deployed: \d\d/) },
  ]);
  expect(of('concurrency')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('trail')).toMatchObject([
    { verdict: 'ok', saw: 'The trail management-events records management events.' },
  ]);
});

it('looks into the logging of others before it is named, so that one run tells all that is to be done', async () => {
  const group = '/aws/bedrock/modelinvocations';
  region.logging = {
    cloudWatchConfig: { logGroupName: group, roleArn: 'arn:aws:iam::111122223333:role/Theirs' },
    s3Config: { bucketName: 'central-bedrock-logs' },
  };
  const filters = ['to-splunk', 'to-opensearch'].map((name) => [name, `arn:${name}`] as const);
  region.logGroups.set(group, new Map(filters));
  region.buckets.set('central-bedrock-logs', false);

  const { of, exitCode } = await verdicts(true);
  expect(of('logging')[0]?.todo).toContain(
    `put "logging: { logGroup: '${group}', roleArn: 'arn:aws:iam::111122223333:role/Theirs', bucket: 'central-bedrock-logs' }"`,
  );
  expect(of('log group')).toMatchObject([
    { verdict: 'broken', saw: expect.stringContaining('none is free') },
  ]);
  expect(of('bucket')).toMatchObject([{ verdict: 'broken', saw: expect.stringContaining('EventBridge') }]);
  expect(exitCode).toBe(1);
});

it('leaves a stack that goes on working: a question that cannot be answered breaks nothing', async () => {
  await stack.settle();
  expect(stack.refusals()).toEqual([]);
});
