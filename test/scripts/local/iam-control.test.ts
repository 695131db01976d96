import * as sdk from '@aws-sdk/client-iam';
import { allowing, functionResources, type SmallAws, smallAws, smallAwsPlace } from './support/small-aws.ts';

const halt = `arn:aws:iam::${smallAwsPlace.account}:policy/budget/x-halt`;
const deny = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Halt', Effect: 'Deny', Action: 'bedrock:*', Resource: '*' }],
};
const users = `arn:aws:iam::${smallAwsPlace.account}:user/*`;

let aws: SmallAws;
let iam: sdk.IAMClient;
beforeEach(async () => {
  aws = await smallAws({
    Halt: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'x-halt', Path: '/budget/', PolicyDocument: deny },
    },
    ...functionResources('enforcer', [
      allowing('iam:AttachUserPolicy', users, { ArnEquals: { 'iam:PolicyARN': halt } }),
      allowing('iam:UpdateServiceSpecificCredential', users, {
        StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' },
      }),
      {
        Effect: 'Deny',
        Action: 'iam:AttachUserPolicy',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/Exempt': 'true' } },
      },
    ]),
  });
  aws.iam.create('user', { name: 'alice', path: '/eng/' });
  aws.iam.create('role', { name: 'App' });
  iam = new sdk.IAMClient(aws.as('user/admin'));
});
afterEach(() => aws.gateway.stop());

describe('Bedrock API keys', () => {
  const key = { UserName: 'alice', ServiceName: 'bedrock.amazonaws.com' };
  const create = async (more: object = {}) => {
    const made = await iam.send(new sdk.CreateServiceSpecificCredentialCommand({ ...key, ...more }));
    return made.ServiceSpecificCredential;
  };

  test('are made, listed, turned off and on, and deleted', async () => {
    const made = await create({ CredentialAgeDays: 30 });
    expect(made).toMatchObject({
      UserName: 'alice',
      Status: 'Active',
      ServiceCredentialSecret: expect.any(String),
    });
    const id = { UserName: 'alice', ServiceSpecificCredentialId: made?.ServiceSpecificCredentialId };
    await iam.send(new sdk.UpdateServiceSpecificCredentialCommand({ ...id, Status: 'Inactive' }));
    const everyone = new sdk.ListServiceSpecificCredentialsCommand({
      AllUsers: true,
      ServiceName: key.ServiceName,
    });
    expect((await iam.send(everyone)).ServiceSpecificCredentials).toMatchObject([
      { Status: 'Inactive', ExpirationDate: new Date('2026-12-22T12:00:00Z') },
    ]);
    await iam.send(new sdk.DeleteServiceSpecificCredentialCommand(id));
    expect((await iam.send(everyone)).ServiceSpecificCredentials).toEqual([]);
  });

  test('expire with time, and a user has two at most', async () => {
    await create({ CredentialAgeDays: 1 });
    await create();
    await expect(create()).rejects.toThrow(sdk.LimitExceededException);
    aws.time.now = new Date('2026-11-23T12:00:00Z');
    expect(aws.iam.credentials.list().map(({ status }) => status)).toEqual(['Expired', 'Active']);
  });

  test('can be turned off by whoever may do it for Bedrock’s keys alone', async () => {
    const enforcer = new sdk.IAMClient(aws.asFunction('enforcer'));
    const off = (id: string | undefined) =>
      enforcer.send(
        new sdk.UpdateServiceSpecificCredentialCommand({
          ...{ UserName: 'alice', ServiceSpecificCredentialId: id, Status: 'Inactive' },
        }),
      );
    await off((await create())?.ServiceSpecificCredentialId);
    const git = await create({ ServiceName: 'codecommit.amazonaws.com' });
    await expect(off(git?.ServiceSpecificCredentialId)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('inline policies', () => {
  const policy = { RoleName: 'App', PolicyName: 'fence' };
  const put = (document: object) =>
    iam.send(new sdk.PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));

  test('of a role come back as they were put, and go', async () => {
    await put(deny);
    const read = await iam.send(new sdk.GetRolePolicyCommand(policy));
    expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(deny);
    const names = new sdk.ListRolePoliciesCommand({ RoleName: 'App' });
    expect((await iam.send(names)).PolicyNames).toEqual(['fence']);
    await iam.send(new sdk.DeleteRolePolicyCommand(policy));
    await expect(iam.send(new sdk.DeleteRolePolicyCommand(policy))).rejects.toThrow(
      sdk.NoSuchEntityException,
    );
  });

  test('have no room for more than AWS allows, and have to be policies', async () => {
    const large = { ...deny, Statement: [{ ...deny.Statement[0], Sid: 'x'.repeat(10_240) }] };
    await expect(put(large)).rejects.toThrow(sdk.LimitExceededException);
    await expect(put({})).rejects.toThrow(sdk.MalformedPolicyDocumentException);
  });
});

test('a managed policy has versions, of which one is in force', async () => {
  aws.iam.attach('user', 'alice', halt);
  const mild = { ...deny, Statement: [{ ...deny.Statement[0], Action: 'bedrock:Create*' }] };
  const document = JSON.stringify(mild);
  const made = await iam.send(
    new sdk.CreatePolicyVersionCommand({ PolicyArn: halt, PolicyDocument: document, SetAsDefault: true }),
  );
  expect(made.PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: true });
  expect(aws.iam.policiesOf(aws.iam.get('user', 'alice'))).toMatchObject([{ document: mild }]);
  const described = await iam.send(new sdk.GetPolicyCommand({ PolicyArn: halt }));
  expect(described.Policy).toMatchObject({ DefaultVersionId: 'v2', AttachmentCount: 1 });

  await iam.send(new sdk.SetDefaultPolicyVersionCommand({ PolicyArn: halt, VersionId: 'v1' }));
  const versions = await iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn: halt }));
  expect(versions.Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
    ['v2', false],
    ['v1', true],
  ]);
  const read = await iam.send(new sdk.GetPolicyVersionCommand({ PolicyArn: halt, VersionId: 'v2' }));
  expect(JSON.parse(decodeURIComponent(read.PolicyVersion?.Document ?? ''))).toEqual(mild);
});

test('a simulation says what was decided, and by which policy', async () => {
  const inline = { Own: { Version: '2012-10-17', Statement: [allowing('bedrock:*', '*') as never] } };
  const { arn } = aws.iam.create('user', { name: 'bob', inline });
  const simulate = async () => {
    const asked = { PolicySourceArn: arn, ActionNames: ['bedrock:InvokeModel', 's3:GetObject'] };
    const { EvaluationResults = [] } = await iam.send(new sdk.SimulatePrincipalPolicyCommand(asked));
    return EvaluationResults.map(({ EvalDecision, MatchedStatements = [] }) => [
      EvalDecision,
      ...MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId),
    ]);
  };
  expect(await simulate()).toEqual([['allowed', 'user_bob_Own'], ['implicitDeny']]);
  aws.iam.attach('user', 'bob', halt);
  expect(await simulate()).toEqual([['explicitDeny', 'x-halt'], ['implicitDeny']]);
});

test('a simulation takes the context that it is given', async () => {
  const only = allowing('bedrock:*', '*', { StringEquals: { 'bedrock:ServiceTier': 'flex' } });
  const { arn } = aws.iam.create('user', {
    name: 'bob',
    inline: { Own: { Version: '2012-10-17', Statement: [only as never] } },
  });
  const decision = async (tier: string) => {
    const entry = {
      ContextKeyName: 'bedrock:ServiceTier',
      ContextKeyType: 'string' as const,
      ContextKeyValues: [tier],
    };
    const asked = { PolicySourceArn: arn, ActionNames: ['bedrock:InvokeModel'], ContextEntries: [entry] };
    const { EvaluationResults } = await iam.send(new sdk.SimulatePrincipalPolicyCommand(asked));
    return EvaluationResults?.[0]?.EvalDecision;
  };
  expect([await decision('flex'), await decision('priority')]).toEqual(['allowed', 'implicitDeny']);
});

test('a function is bound by its role, by the tags of the target too', async () => {
  const enforcer = new sdk.IAMClient(aws.asFunction('enforcer'));
  const attach = () => enforcer.send(new sdk.AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: halt }));
  await attach();
  await iam.send(new sdk.TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'Exempt', Value: 'true' }] }));
  await expect(attach()).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(
    enforcer.send(new sdk.PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: '{}' })),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('CloudTrail', () => {
  const detach = { UserName: 'alice', PolicyArn: halt };

  test('tells EventBridge of what a person changed', async () => {
    aws.iam.attach('user', 'alice', halt);
    await iam.send(new sdk.DetachUserPolicyCommand(detach));
    expect(aws.events).toMatchObject([
      {
        source: 'aws.iam',
        detailType: 'AWS API Call via CloudTrail',
        detail: {
          eventSource: 'iam.amazonaws.com',
          eventName: 'DetachUserPolicy',
          awsRegion: 'us-east-1',
          eventTime: '2026-11-22T12:00:00Z',
          requestParameters: { userName: 'alice', policyArn: halt },
          responseElements: null,
          userIdentity: { type: 'IAMUser', userName: 'admin' },
        },
      },
    ]);
    const { detail } = aws.events[0] ?? {};
    expect(detail).not.toHaveProperty('errorCode');
    expect(detail?.['userIdentity']).not.toHaveProperty('sessionContext');
  });

  test('names the role of a function as the issuer of its session', async () => {
    const enforcer = new sdk.IAMClient(aws.asFunction('enforcer'));
    await enforcer.send(new sdk.AttachUserPolicyCommand(detach));
    expect(aws.events[0]?.detail['userIdentity']).toMatchObject({
      type: 'AssumedRole',
      arn: `arn:aws:sts::${smallAwsPlace.account}:assumed-role/enforcer-role/enforcer`,
      sessionContext: {
        sessionIssuer: {
          arn: `arn:aws:iam::${smallAwsPlace.account}:role/enforcer-role`,
          userName: 'enforcer-role',
        },
      },
    });
  });

  test('tells what was refused, and why; reads are not worth a word', async () => {
    await expect(iam.send(new sdk.DetachUserPolicyCommand(detach))).rejects.toThrow(
      sdk.NoSuchEntityException,
    );
    aws.iam.create('user', { name: 'eve' });
    const eve = new sdk.IAMClient(aws.as('user/eve'));
    await expect(eve.send(new sdk.DetachUserPolicyCommand(detach))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await iam.send(new sdk.GetUserCommand({ UserName: 'alice' }));
    const codes = aws.events.map(({ detail }) => detail['errorCode']);
    expect(codes).toEqual(['NoSuchEntity', 'AccessDenied']);
    expect(aws.authorizer.refusals()).toEqual([]);
  });

  test('tells of new users and keys what was made, and no secret', async () => {
    const Tags = [{ Key: 'Team', Value: 'ml' }];
    await iam.send(new sdk.CreateUserCommand({ UserName: 'bob', Tags }));
    await iam.send(
      new sdk.CreateServiceSpecificCredentialCommand({
        UserName: 'bob',
        ServiceName: 'bedrock.amazonaws.com',
      }),
    );
    const { id } = aws.iam.get('user', 'bob');
    expect(aws.events.map(({ detail }) => detail)).toMatchObject([
      {
        requestParameters: { userName: 'bob', tags: [{ key: 'Team', value: 'ml' }] },
        responseElements: { user: { userName: 'bob', userId: id, createDate: 'Nov 22, 2026 12:00:00 PM' } },
      },
      { responseElements: { serviceSpecificCredential: { userName: 'bob', status: 'Active' } } },
    ]);
    expect(JSON.stringify(aws.events)).not.toContain('secret');
  });
});
