import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { callFunctionUrl } from '../../../scripts/local/call-function-url.ts';
import { allowing, functionResources, type SmallAws, smallAws, smallAwsPlace } from './support/small-aws.ts';

const door = `arn:aws:lambda:us-east-1:${smallAwsPlace.account}:function:front-door`;
const boss = `arn:aws:iam::${smallAwsPlace.account}:user/boss`;
const invokeUrl = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
const permissions = (principal: string) =>
  Object.fromEntries(
    invokeUrl.map((Action, index) => [
      `Permission${index}`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: 'front-door',
          Action,
          Principal: principal,
          FunctionUrlAuthType: 'AWS_IAM',
        },
      },
    ]),
  );
const url = { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: door } };

let aws: SmallAws;
const begin = async (more: Parameters<typeof smallAws>[0] = {}) => {
  aws = await smallAws({ ...functionResources('front-door', []), Url: url, ...more });
};
afterEach(() => aws.gateway.stop());

const call = (as: string, body: object = { action: 'halt' }) =>
  callFunctionUrl(aws.people.functionUrl('front-door'), as, body);

/** With nothing but these permissions. */
function createWith(name: string, statements: readonly object[]): string {
  const inline = { Own: { Version: '2012-10-17', Statement: statements as never } };
  return aws.iam.create('user', { name, inline }).arn;
}

test('the function learns from the signature who calls', async () => {
  await begin();
  const answer = await call(createWith('boss', [allowing(invokeUrl, door)]), { action: 'halt' });
  expect(answer).toEqual({ status: 200, body: { done: true } });
  const id = aws.iam.get('user', 'boss').id;
  expect(aws.asked).toMatchObject([
    {
      version: '2.0',
      rawPath: '/',
      isBase64Encoded: false,
      body: '{"action":"halt"}',
      requestContext: {
        accountId: smallAwsPlace.account,
        authorizer: { iam: { accountId: smallAwsPlace.account, callerId: id, userArn: boss, userId: id } },
        http: { method: 'POST', path: '/' },
        timeEpoch: Date.parse('2026-11-22T12:00:00Z'),
      },
    },
  ]);
});

test('a role’s session is named with its session', async () => {
  await begin();
  const role = aws.iam.create('role', {
    name: 'Ops',
    inline: { Own: { Version: '2012-10-17', Statement: [allowing(invokeUrl, '*') as never] } },
  });
  await call(`arn:aws:sts::${smallAwsPlace.account}:assumed-role/Ops/carol`);
  expect(aws.asked).toMatchObject([
    {
      requestContext: {
        authorizer: {
          iam: {
            callerId: `${role.id}:carol`,
            userArn: `arn:aws:sts::${smallAwsPlace.account}:assumed-role/Ops/carol`,
          },
        },
      },
    },
  ]);
});

test.each([
  ['nothing allows it', []],
  ['only one of the two permissions is there', [allowing('lambda:InvokeFunctionUrl', '*')]],
  ['it is denied', [allowing(invokeUrl, '*'), { Effect: 'Deny', Action: 'lambda:*', Resource: '*' }]],
])('whoever may not is refused: %s', async (_, statements) => {
  await begin();
  expect(await call(createWith('boss', statements))).toMatchObject({
    status: 403,
    body: { Message: expect.stringContaining('Forbidden') },
  });
  expect([aws.asked, aws.authorizer.refusals()]).toEqual([[], []]);
});

test('nobody gets in without a signature', async () => {
  await begin(permissions('*'));
  const answer = await fetch(aws.people.functionUrl('front-door'), { method: 'POST', body: '{}' });
  expect(answer.status).toBe(403);
});

test.each([
  ['the user', boss, 200],
  ['everyone', '*', 200],
  ['the account, which leaves it to the user’s own policies', smallAwsPlace.account, 403],
])('a permission of the function may name %s', async (_, principal, status) => {
  await begin(permissions(principal));
  expect((await call(createWith('boss', []))).status).toBe(status);
});

test('the function may answer a whole response, or fail', async () => {
  await begin(permissions('*'));
  const caller = createWith('boss', []);
  const payload = { statusCode: 400, headers: { 'X-Why': 'w' }, body: '{"message":"no"}' };
  aws.answers.next = { ok: true, payload, output: '' };
  expect(await call(caller)).toEqual({ status: 400, body: { message: 'no' } });
  aws.answers.next = { ok: false, error: { errorType: 'E', errorMessage: 'm' }, output: '' };
  expect((await call(caller)).status).toBe(502);
});

test('the URL can be looked up', async () => {
  await begin();
  const lambda = new LambdaClient(aws.as('user/ops'));
  const found = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'front-door' }));
  expect(found).toMatchObject({ FunctionUrl: aws.people.functionUrl('front-door'), AuthType: 'AWS_IAM' });
});

test('a URL that is open to anyone stops the start', async () => {
  await begin();
  const open = { ...url, Properties: { ...url.Properties, AuthType: 'NONE' } };
  await expect(smallAws({ ...functionResources('f', []), Url: open })).rejects.toThrow('AWS_IAM');
});
