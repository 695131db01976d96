import {
  DynamoDBClient,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { FunctionSpec } from '../../../scripts/local/assembly/local-assembly.ts';
import type { Authorizer } from '../../../scripts/local/aws/authorizer.ts';
import type { AwsRequest } from '../../../scripts/local/aws/aws-request.ts';
import { Gateway, openPort } from '../../../scripts/local/aws/gateway.ts';
import { type Fault, noChaos } from '../../../scripts/local/chaos.ts';

const account = '111122223333';
const caller = { name: 'ingest', roleArn: `arn:aws:iam::${account}:role/Ingest` } as FunctionSpec;
const now = () => new Date('2026-11-22T12:00:00Z');

let gateway: Gateway;
let served: AwsRequest[];
let faults: (Fault | undefined)[];
let refusal: string | undefined;

beforeEach(async () => {
  served = [];
  faults = [];
  refusal = undefined;
  gateway = new Gateway(await openPort(), {
    account,
    chaos: { ...noChaos, faultFor: () => faults.shift() },
    now,
    callerOf: (key) => (key === 'INGEST' ? caller : undefined),
    authorizer: { refusalOf: () => refusal } as unknown as Authorizer,
    serve: async (request) => {
      served.push(request);
      return { status: 200, headers: {}, body: '{}' };
    },
  });
});
afterEach(() => gateway.stop());

const config = (accessKeyId = 'INGEST', maxAttempts = 1) => ({
  endpoint: gateway.url,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'local' },
  maxAttempts,
});
const transaction = new TransactWriteItemsCommand({
  TransactItems: ['a', 'b'].map((pk) => ({ Put: { TableName: 'ledger', Item: { pk: { S: pk } } } })),
});
const calls = () => ({
  dynamodb: () => new DynamoDBClient(config()).send(transaction),
  iam: () => new IAMClient(config()).send(new ListAttachedUserPoliciesCommand({ UserName: 'alice' })),
  lambda: () =>
    new LambdaClient(config()).send(new InvokeCommand({ FunctionName: 'enforcer', Payload: '{}' })),
  s3: () => new S3Client(config()).send(new GetObjectCommand({ Bucket: 'logs', Key: 'a b/c.json.gz' })),
  states: () =>
    new SFNClient(config()).send(
      new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:x' }),
    ),
  sns: () =>
    new SNSClient(config()).send(new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:1:t', Message: 'm' })),
});

test.each(['dynamodb', 'iam', 'lambda', 's3', 'states', 'sns'] as const)(
  'a refused call to %s is the client’s own access-denied error and reaches nobody',
  async (service) => {
    refusal = 'ingest: no policy allows it.';
    await expect(calls()[service]()).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied(Exception)?$/),
      message: expect.stringContaining('no policy allows it'),
    });
    expect(served).toEqual([]);
    expect(gateway.calls).toMatchObject([{ caller: 'ingest', service, outcome: 'refused' }]);
  },
);

test('service, operation and resource are read from what the clients send', async () => {
  await Promise.allSettled(Object.values(calls()).map((call) => call()));
  const seen = served.map(({ service, operation }) => `${service} ${operation}`).toSorted();
  expect(seen).toEqual([
    'dynamodb TransactWriteItems',
    'iam ListAttachedUserPolicies',
    'lambda Invoke',
    's3 GetObject',
    'sns Publish',
    'states StartExecution',
  ]);
  expect(served.find(({ service }) => service === 's3')?.body).toEqual({
    Bucket: 'logs',
    Key: 'a b/c.json.gz',
  });
  expect(served.find(({ service }) => service === 'lambda')?.body).toEqual({ FunctionName: 'enforcer' });
});

test('a conflicting transaction names a reason for each item', async () => {
  faults = ['conflict'];
  const error = await new DynamoDBClient(config())
    .send(transaction)
    .catch((reason: TransactionCanceledException) => reason);
  expect(error).toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
  });
});

test('after a lost answer the client asks again with the same token, although the work was done', async () => {
  faults = ['lost-response', undefined];
  await new DynamoDBClient(config('INGEST', 3)).send(transaction);
  expect(served).toHaveLength(2);
  expect(served[1]?.body['ClientRequestToken']).toBe(served[0]?.body['ClientRequestToken']);
});

test('the operator at the laptop meets neither refusals nor bad days', async () => {
  refusal = 'no';
  faults = ['throttle'];
  await new DynamoDBClient(config('LOCALOPERATOR')).send(transaction);
  expect(served).toHaveLength(1);
  expect(gateway.calls).toEqual([]);
});

test('a service that is not imitated is a problem of the stack, not an answer of AWS', async () => {
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=INGEST/20261122/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
  };
  expect((await fetch(gateway.url, { method: 'POST', headers, body: '{}' })).status).toBe(400);
  expect(gateway.problems().map(String)).toEqual([expect.stringContaining('kinesis')]);
});
