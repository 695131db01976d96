import {
  type EvaluatedPolicy,
  evaluatePolicies,
  evaluateResourcePolicy,
  type SourcedPolicy,
} from '../../../scripts/local/aws/policy.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const stage = new ResolvedStage();
const iamArn = (rest: string) => `arn:aws:iam::${resolvedPlace.account}:${rest}`;
const administrator: SourcedPolicy = {
  source: 'AdministratorAccess',
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
};
const deployed = stage.all('AWS::IAM::ManagedPolicy').map(({ ref, properties }) => ({
  source: ref,
  document: properties['PolicyDocument'] as EvaluatedPolicy,
}));
const halt = deployed.find(({ source }) => source.includes('BedrockBudgetSuspended')) ?? administrator;

describe('A suspended user with every right of the account', () => {
  const decision = (action: string, resource: string, context: Record<string, string> = {}) =>
    evaluatePolicies([administrator, halt], { action, resource, context }).decision;

  test.each([
    'bedrock:InvokeModel',
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:InvokeModelWithBidirectionalStream',
    'bedrock:InvokeAgent',
    'bedrock:CreateModelInvocationJob',
    'bedrock:CreateProvisionedModelThroughput',
    'bedrock:CallWithBearerToken',
    'bedrock-mantle:CreateInference',
    'bedrock-mantle:CallWithBearerToken',
  ])('cannot spend by %s, logged or not', (action) => {
    expect(decision(action, 'arn:aws:bedrock:us-west-2::foundation-model/any')).toBe('explicitDeny');
  });

  test.each([
    ['iam:DetachUserPolicy', 'user/mallory'],
    ['iam:DetachRolePolicy', 'role/Mallory'],
    ['iam:DetachGroupPolicy', 'group/mallories'],
  ])('cannot lift the deny by %s', (action, principal) => {
    for (const { source } of deployed) {
      expect(decision(action, iamArn(principal), { 'iam:PolicyARN': source })).toBe('explicitDeny');
    }
  });

  test.each([
    'iam:CreatePolicyVersion',
    'iam:SetDefaultPolicyVersion',
    'iam:DeletePolicyVersion',
    'iam:DeletePolicy',
  ])('cannot rewrite the deny by %s', (action) => {
    for (const { source } of deployed) expect(decision(action, source)).toBe('explicitDeny');
  });

  test('cannot make a fresh Bedrock API key for anyone', () => {
    const context = { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' };

    for (const verb of ['Create', 'Reset', 'Update']) {
      expect(decision(`iam:${verb}ServiceSpecificCredential`, iamArn('user/someone'), context)).toBe(
        'explicitDeny',
      );
    }
  });

  test('keeps the rest: the deny takes spending, not work', () => {
    for (const action of ['s3:GetObject', 'bedrock:ListFoundationModels', 'bedrock:StopModelInvocationJob']) {
      expect(decision(action, 'arn:aws:any:::any')).toBe('allowed');
    }
  });
});

describe('Someone who wants another to pay', () => {
  const decision = (target: string, action: string, resource: string, who: Record<string, string>) => {
    const { account = resolvedPlace.account, ...caller } = who;
    const policy = stage.resourcePolicies().find(({ on }) => on.includes(target))?.policy;
    const context = {
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:aws:bedrock:${resolvedPlace.region}:${account}:any`,
      'aws:SecureTransport': 'true',
      ...(caller['principalService'] && { 'aws:PrincipalServiceName': caller['principalService'] }),
    };
    return policy && evaluateResourcePolicy(policy, { action, resource, context, ...caller }).decision;
  };
  const bucket = String(stage.all('AWS::S3::Bucket')[0]?.arn);
  const logs = (account: string) =>
    `${bucket}/AWSLogs/${account}/BedrockModelInvocationLogs/${resolvedPlace.region}/2026/11/22/forged.json.gz`;

  test('is not Bedrock of this account, which alone the bucket lets in by itself', () => {
    const bedrock = { principalService: 'bedrock.amazonaws.com' };

    expect(decision(bucket, 's3:PutObject', logs(resolvedPlace.account), bedrock)).toBe('allowed');
    expect(
      decision(bucket, 's3:PutObject', logs('999988887777'), { ...bedrock, account: '999988887777' }),
    ).toBe('implicitDeny');
    expect(
      decision(bucket, 's3:PutObject', logs(resolvedPlace.account), {
        principalArn: 'arn:aws:iam::999988887777:user/mallory',
      }),
    ).not.toBe('allowed');
    // Also not with every right of the account: its own policies could let it, the bucket does not.
    expect(
      decision(bucket, 's3:PutObject', logs(resolvedPlace.account), { principalArn: iamArn('user/mallory') }),
    ).toBe('explicitDeny');
  });

  test('cannot put a forged event into the ingest queue from outside the rule for the bucket', () => {
    const queue = stage.all('AWS::SQS::Queue').find(({ arn }) => String(arn).endsWith('-ingest'));
    const put = (principal: Record<string, string>) =>
      decision(String(queue?.arn), 'sqs:SendMessage', String(queue?.arn), principal);

    expect(put({ principalArn: iamArn('user/mallory') })).not.toBe('allowed');
    expect(put({ principalService: 'events.amazonaws.com' })).not.toBe('allowed');
  });

  test('cannot call ingest as a log group: its permission names the service and one source', () => {
    const permissions = stage.all('AWS::Lambda::Permission').map(({ properties }) => properties);

    expect(permissions.length).toBeGreaterThan(0);
    for (const permission of permissions) {
      expect(String(permission['Principal'])).toMatch(/^\w+\.amazonaws\.com$/);
      expect(String(permission['SourceArn'])).toContain(resolvedPlace.account);
    }
  });
});

describe('A function that was taken over', () => {
  const functions = stage
    .all('AWS::Lambda::Function')
    .map(({ properties }) => String(properties['FunctionName']).replace('bedrock-budgeteer-test-', ''));
  const may = (name: string, action: string, resource: string) =>
    evaluatePolicies(stage.policiesOf(name), { action, resource, context: {} }).decision === 'allowed';
  const table = (name: string) =>
    String(stage.all('AWS::DynamoDB::Table').find(({ ref }) => ref.endsWith(`-${name}`))?.arn);

  test.each(functions)('%s cannot rewrite or delete what was audited', (name) => {
    for (const action of [
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'PartiQLUpdate',
      'PartiQLDelete',
    ]) {
      expect([action, may(name, `dynamodb:${action}`, table('audit-logs'))]).toEqual([action, false]);
    }
    if (name !== 'audit') expect(may(name, 'dynamodb:PartiQLInsert', table('audit-logs'))).toBe(false);
  });

  test.each(functions)('%s cannot take anything out of the audit archive, or unlock it', (name) => {
    const archive = String(stage.all('AWS::S3::Bucket').find(({ ref }) => ref.includes('-audit-'))?.arn);
    for (const action of [
      'DeleteObject',
      'DeleteObjectVersion',
      'BypassGovernanceRetention',
      'PutObjectRetention',
      'PutObjectLegalHold',
    ]) {
      expect([action, may(name, `s3:${action}`, `${archive}/anchors/any`)]).toEqual([action, false]);
    }
    for (const action of [
      'PutBucketObjectLockConfiguration',
      'PutBucketPolicy',
      'PutLifecycleConfiguration',
    ]) {
      expect([action, may(name, `s3:${action}`, archive)]).toEqual([action, false]);
    }
    if (name !== 'anchors') expect(may(name, 's3:PutObject', `${archive}/anchors/any`)).toBe(false);
  });

  test.each(functions)('%s cannot delete a table, its backups, its protection, or a log', (name) => {
    for (const action of ['DeleteTable', 'UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive']) {
      expect(may(name, `dynamodb:${action}`, table('usage-tracking'))).toBe(false);
    }
    const bucket = String(stage.all('AWS::S3::Bucket')[0]?.arn);
    for (const action of ['DeleteObject', 'PutObject', 'PutLifecycleConfiguration', 'PutBucketPolicy']) {
      expect(may(name, `s3:${action}`, `${bucket}/any`)).toBe(false);
      expect(may(name, `s3:${action}`, bucket)).toBe(false);
    }
  });

  test.each(functions.filter((name) => !['ingest', 'prove'].includes(name)))(
    '%s cannot read an invocation log',
    (name) => {
      const bucket = String(stage.all('AWS::S3::Bucket')[0]?.arn);

      expect(
        may(
          name,
          's3:GetObject',
          `${bucket}/AWSLogs/${resolvedPlace.account}/BedrockModelInvocationLogs/x.json.gz`,
        ),
      ).toBe(false);
      expect(
        may(
          name,
          'logs:GetLogEvents',
          `arn:aws:logs:${resolvedPlace.region}:${resolvedPlace.account}:log-group:any`,
        ),
      ).toBe(false);
    },
  );

  test.each(functions)('%s cannot spend on Bedrock itself', (name) => {
    expect(may(name, 'bedrock:InvokeModel', 'arn:aws:bedrock:us-east-1::foundation-model/any')).toBe(false);
  });
});
