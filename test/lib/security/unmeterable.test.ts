import { Template } from 'aws-cdk-lib/assertions';
import { managedPolicyLimit, policySize } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { buildOrganization, createApp } from '../../../lib/budgeteer-app.ts';
import type { StageConfigInput } from '../../../lib/config.ts';
import {
  organizationGuardPolicy,
  organizationPolicy,
  serviceControlPolicyLimit,
} from '../../../lib/security/organization-policy.ts';
import { type Unmeterable, unmeterablePolicy } from '../../../lib/security/unmeterable-policy.ts';
import {
  type EvaluatedPolicy,
  evaluatePolicies,
  type SourcedPolicy,
} from '../../../scripts/local/aws/policy.ts';
import { build, resources } from '../build.ts';

const everything: Unmeterable = {
  ...{ mantle: true, batch: true, bidirectional: true, otherRegions: true },
  ...{ asynchronous: true, provisioned: true, claudePlatform: true },
};
const nothing = Object.fromEntries(
  Object.keys(everything).map((key) => [key, false]),
) as never as Unmeterable;
const administrator: SourcedPolicy = {
  source: 'AdministratorAccess',
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
};
const home = 'eu-central-1';
const options = {
  partition: 'aws',
  regions: [home],
};
const model = (id: string, region: string = home) => `arn:aws:bedrock:${region}::foundation-model/${id}`;
const profile = (region: string, id = 'eu.anthropic.claude') =>
  `arn:aws:bedrock:${region}:111122223333:inference-profile/${id}`;

const deniedBy =
  (document: unknown) =>
  (
    action: string,
    resource: string,
    region: string = home,
    context: Record<string, string | readonly string[]> = {},
  ) =>
    evaluatePolicies([administrator, { source: 'deny', document: document as EvaluatedPolicy }], {
      ...{ action, resource },
      context: { 'aws:RequestedRegion': region, ...context },
    }).decision === 'explicitDeny';

describe('The deny of what cannot be metered', () => {
  const denied = deniedBy(unmeterablePolicy(everything, options));

  test.each<[string, boolean]>([
    ['mantle', denied('bedrock-mantle:CreateInference', 'arn:aws:bedrock-mantle:eu-central-1:1:project/x')],
    ['a batch job', denied('bedrock:CreateModelInvocationJob', '*')],
    ['Nova Sonic', denied('bedrock:InvokeModel', model('amazon.nova-sonic-v1:0'))],
    ['Nova 2 Sonic', denied('bedrock:InvokeModel', model('amazon.nova-2-sonic-v1:0'))],
    [
      'Nova 2 Sonic anywhere',
      denied(
        'bedrock:InvokeModel',
        'arn:aws:bedrock:::foundation-model/amazon.nova-2-sonic-v1:0',
        'unspecified',
      ),
    ],
    [
      'a call in another Region',
      denied('bedrock:InvokeModel', model('amazon.nova-lite-v1:0', 'us-west-2'), 'us-west-2'),
    ],
    [
      'a profile of another Region',
      denied('bedrock:InvokeModel', profile('us-west-2'), 'us-west-2', {
        'bedrock:InferenceProfileArn': profile('us-west-2'),
      }),
    ],
    ['an agent in another Region', denied('bedrock:InvokeAgent', '*', 'us-west-2')],
    [
      'an asynchronous call',
      denied('bedrock:InvokeModel', 'arn:aws:bedrock:eu-central-1:111122223333:async-invoke/x'),
    ],
    ['provisioned throughput', denied('bedrock:CreateProvisionedModelThroughput', '*')],
    ['a reservation on mantle', denied('bedrock-mantle:CreateReservation', '*')],
    ['a Marketplace model’s endpoint', denied('bedrock:CreateMarketplaceModelEndpoint', '*')],
    ['a call to Claude Platform', denied('aws-external-anthropic:CreateInference', '*')],
    ['a key of Claude Platform', denied('aws-external-anthropic:CallWithBearerToken', '*')],
  ])('refuses %s', (_, refused) => {
    expect(refused).toBe(true);
  });

  test.each<[string, boolean]>([
    ['a call here', denied('bedrock:InvokeModel', model('amazon.nova-lite-v1:0'))],
    ['a stream here', denied('bedrock:InvokeModelWithResponseStream', model('amazon.nova-2-lite-v1:0'))],
    [
      'a profile of this Region, routed elsewhere',
      denied('bedrock:InvokeModel', model('anthropic.claude', 'eu-west-1'), 'eu-west-1', {
        'bedrock:InferenceProfileArn': profile(home),
      }),
    ],
    [
      'a global profile',
      denied('bedrock:InvokeModel', 'arn:aws:bedrock:::foundation-model/x', 'unspecified'),
    ],
    ['looking around in another Region', denied('bedrock:ListFoundationModels', '*', 'us-west-2')],
    ['cleaning up in another Region', denied('bedrock:StopModelInvocationJob', '*', 'us-west-2')],
    ['mantle’s counting of tokens', denied('bedrock-mantle:CountTokens', '*')],
    ['giving capacity back', denied('bedrock:DeleteProvisionedModelThroughput', '*')],
    ['cancelling on Claude Platform', denied('aws-external-anthropic:CancelBatchInference', '*')],
    ['other services', denied('s3:GetObject', 'arn:aws:s3:::b/o', 'us-west-2')],
  ])('leaves %s alone', (_, refused) => {
    expect(refused).toBe(false);
  });

  test('fits a managed policy with room to spare', () => {
    expect(policySize(unmeterablePolicy(everything, options))).toBeLessThan(managedPolicyLimit - 2_000);
  });

  test.each(Object.keys(everything) as (keyof Unmeterable)[])(
    'has a part for %s that stands alone',
    (part) => {
      expect(unmeterablePolicy({ ...nothing, [part]: true }, options).Statement).toHaveLength(1);
    },
  );

  test('is a policy for administrators to attach, where the stage wants it', () => {
    const named = (stage: ReturnType<typeof build>) =>
      Object.values(resources(stage.security, 'AWS::IAM::ManagedPolicy')).filter(
        ({ Properties }) => Properties['ManagedPolicyName'] === 'BedrockBudgetUnmeterable-test',
      );

    expect(named(build())).toEqual([]);
    const wanted = build({ denyUnmeterable: { mantle: true, otherRegions: true } });
    expect(named(wanted)).toHaveLength(1);
    expect(named(wanted)[0]?.Properties).not.toHaveProperty('Users');
  });
});

describe('The service control policy', () => {
  const people = ['90677c1a8b-11111111-2222-3333-4444-555555555555'];
  const administrators = ['arn:aws:iam::*:role/cdk-*', 'arn:aws:iam::*:role/break-glass/*'];
  const common = { partition: 'aws', regions: [home], unmeterable: nothing, administrators };
  const denied = deniedBy({
    Version: '2012-10-17',
    Statement: [
      ...organizationPolicy({ ...common, suspendedUsers: people }).Statement,
      ...organizationGuardPolicy(common).Statement,
    ],
  });
  const ourPolicy = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetSuspended-test';
  const someone = 'arn:aws:iam::111122223333:user/alice';
  const by = (who: string, more = {}) => ({
    'aws:PrincipalArn': `arn:aws:iam::111122223333:${who}`,
    ...more,
  });
  const deploys = by('role/cdk-hnb659fds-cfn-exec-role-1');

  test.each<[string, boolean]>([
    [
      'an admin detaching our deny',
      denied('iam:DetachUserPolicy', someone, home, by('role/Admin', { 'iam:PolicyARN': ourPolicy })),
    ],
    [
      'an admin attaching it',
      denied('iam:AttachUserPolicy', someone, home, by('role/Admin', { 'iam:PolicyARN': ourPolicy })),
    ],
    ['an admin rewriting it', denied('iam:CreatePolicyVersion', ourPolicy, home, by('role/Admin'))],
    [
      'an admin taking our roles over',
      denied(
        'iam:UpdateAssumeRolePolicy',
        'arn:aws:iam::111122223333:role/bedrock-budget/x',
        home,
        by('user/root'),
      ),
    ],
    [
      'someone tagging himself free',
      denied('iam:TagUser', someone, home, by('user/alice', { 'aws:TagKeys': ['BEDROCKBUDGETEXEMPT'] })),
    ],
    [
      'someone holding us off',
      denied('iam:TagUser', someone, home, by('role/Admin', { 'aws:TagKeys': ['BedrockBudgetHold'] })),
    ],
    [
      'an admin invoking a function of ours',
      denied(
        'lambda:InvokeFunction',
        'arn:aws:lambda:eu-central-1:111122223333:function:bedrock-budgeteer-test-ingest',
        home,
        by('role/Admin'),
      ),
    ],
    [
      'a suspended person’s call',
      denied('bedrock:InvokeModel', '*', home, { 'identitystore:userId': String(people[0]) }),
    ],
  ])('refuses %s', (_, refused) => {
    expect(refused).toBe(true);
  });

  test.each<[string, boolean]>([
    ['the deployment', denied('iam:CreatePolicyVersion', ourPolicy, home, deploys)],
    [
      'the enforcer',
      denied(
        'iam:AttachUserPolicy',
        someone,
        home,
        by('role/bedrock-budget/enforcer', { 'iam:PolicyARN': ourPolicy }),
      ),
    ],
    [
      'other policies',
      denied(
        'iam:DetachUserPolicy',
        someone,
        home,
        by('role/Admin', { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      ),
    ],
    ['other tags', denied('iam:TagUser', someone, home, by('role/Admin', { 'aws:TagKeys': ['Team'] }))],
    ['other roles', denied('iam:DeleteRole', 'arn:aws:iam::111122223333:role/App', home, by('role/Admin'))],
    [
      'other people’s calls',
      denied('bedrock:InvokeModel', '*', home, { 'identitystore:userId': 'someone-else' }),
    ],
    ['users without Identity Center', denied('bedrock:InvokeModel', '*')],
    [
      'a suspended person’s other work',
      denied('s3:GetObject', '*', home, { 'identitystore:userId': String(people[0]) }),
    ],
  ])('leaves %s alone', (_, refused) => {
    expect(refused).toBe(false);
  });

  const organization = (suspendedUsers: string[]): StageConfigInput => ({
    ...{ stage: 'test', settings: { mode: 'enforce' }, region: home },
    organization: {
      ...{ managementAccount: '444455556666', targetIds: ['ou-abcd-12345678'], suspendedUsers },
      administrators: ['arn:aws:iam::*:role/cdk-*'],
      denyUnmeterable: everything,
    },
  });
  const many = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `90677c1a8b-11111111-2222-3333-4444-${String(index).padStart(12, '0')}`,
    );

  test('is deployed from the management account, on its own', () => {
    const stack = buildOrganization(organization(people), createApp());

    expect(stack.account).toBe('444455556666');
    Template.fromStack(stack).hasResourceProperties('AWS::Organizations::Policy', {
      ...{ Name: 'BedrockBudget-test', Type: 'SERVICE_CONTROL_POLICY', TargetIds: ['ou-abcd-12345678'] },
    });
  });

  test('has room for 100 people, and says so when it is full', () => {
    const stack = buildOrganization(organization(many(100)), createApp());
    const policies = Object.values(resources(stack, 'AWS::Organizations::Policy'));

    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      expect(JSON.stringify(Properties['Content']).length).toBeLessThan(serviceControlPolicyLimit);
    }
    expect(() => buildOrganization(organization(many(250)), createApp())).toThrow(
      /name fewer `suspendedUsers`/,
    );
  });
});
