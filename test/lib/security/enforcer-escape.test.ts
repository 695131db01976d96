import { evaluatePolicies } from '../../../scripts/local/aws/policy.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const stage = new ResolvedStage({
  settings: {
    mode: 'enforce',
    breakGlass: ['user/rescue', 'role/OnCall', 'role/Shared/ann'],
    fencedRoles: ['Shared', 'OnCall'],
  },
});
const policies = stage.policiesOf('enforcer');
const ours = (name: 'Suspended' | 'Restricted'): string =>
  stage.all('AWS::IAM::ManagedPolicy').find(({ ref }) => ref.includes(`/BedrockBudget${name}`))?.ref ?? '';
const iamArn = (rest: string) => `arn:aws:iam::${resolvedPlace.account}:${rest}`;
/** As the actions on policies name it, without the account. */
const ownPolicy = ours('Suspended').split(':').slice(5).join(':');
const decision = (action: string, resource: string, policyArn?: string) =>
  evaluatePolicies(policies, {
    action,
    resource,
    context: policyArn === undefined ? {} : { 'iam:PolicyARN': policyArn },
  }).decision;
const attaching = ['Attach', 'Detach'].flatMap((verb) => [
  [`iam:${verb}UserPolicy`, 'user/alice'] as const,
  [`iam:${verb}RolePolicy`, 'role/app/Runner'] as const,
]);

describe('An enforcer whose code was taken over', () => {
  test.each(attaching)('may still do its work: %s of our two policies on %s', (action, principal) => {
    expect(decision(action, iamArn(principal), ours('Suspended'))).toBe('allowed');
    expect(decision(action, iamArn(principal), ours('Restricted'))).toBe('allowed');
  });

  test.each(attaching)('cannot give or take any other policy: %s on %s', (action, principal) => {
    const others = [
      'arn:aws:iam::aws:policy/AdministratorAccess',
      'arn:aws:iam::aws:policy/AmazonBedrockFullAccess',
      ours('Suspended').replace('/bedrock-budget/', '/'),
      iamArn('policy/bedrock-budget/Anything'),
      `${ours('Suspended')}Too`,
      ours('Suspended').replace(resolvedPlace.account, '999988887777'),
      undefined,
    ];

    expect(others.map((policyArn) => decision(action, iamArn(principal), policyArn))).toEqual(
      others.map(() => 'implicitDeny'),
    );
  });

  test.each([
    'user/break-glass/root-of-last-resort',
    'user/rescue',
    'user/team/rescue',
    'role/break-glass/Emergency',
    'role/OnCall',
    'role/ops/OnCall',
    'role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
    'role/bedrock-budget/anything-of-ours',
  ])('can put nothing on %s, and take off our own denies alone', (principal) => {
    const kind = principal.startsWith('user') ? 'User' : 'Role';

    expect(decision(`iam:Attach${kind}Policy`, iamArn(principal), ours('Suspended'))).toBe('explicitDeny');
    expect(decision(`iam:Detach${kind}Policy`, iamArn(principal), ours('Suspended'))).toBe('allowed');
    expect(
      decision(`iam:Detach${kind}Policy`, iamArn(principal), 'arn:aws:iam::aws:policy/AdministratorAccess'),
    ).toBe('implicitDeny');
  });

  test.each([
    ['iam:PutUserPolicy', 'user/alice'],
    ['iam:PutRolePolicy', 'role/app/Runner'],
    ['iam:PutRolePolicy', 'role/Shared'],
    ['iam:DeleteUserPolicy', 'user/alice'],
    ['iam:CreatePolicy', 'policy/bedrock-budget/Mine'],
    ['iam:CreatePolicyVersion', ownPolicy],
    ['iam:SetDefaultPolicyVersion', ownPolicy],
    ['iam:DeletePolicy', ownPolicy],
    ['iam:UpdateAssumeRolePolicy', 'role/app/Runner'],
    ['iam:PutUserPermissionsBoundary', 'user/alice'],
    ['iam:CreateUser', 'user/mallory'],
    ['iam:CreateRole', 'role/Mallory'],
    ['iam:CreateAccessKey', 'user/alice'],
    ['iam:CreateServiceSpecificCredential', 'user/alice'],
    ['iam:CreateLoginProfile', 'user/alice'],
    ['iam:AddUserToGroup', 'group/admins'],
    ['iam:AttachGroupPolicy', 'group/admins'],
    ['iam:PassRole', 'role/app/Runner'],
  ])('cannot %s', (action, resource) => {
    expect(decision(action, iamArn(resource), ours('Suspended'))).not.toBe('allowed');
  });

  test('can switch API keys of Bedrock off and on, and no other keys', () => {
    const decide = (service: string, user: string) =>
      evaluatePolicies(policies, {
        action: 'iam:UpdateServiceSpecificCredential',
        resource: iamArn(user),
        context: { 'iam:ServiceSpecificCredentialServiceName': service },
      }).decision;
    expect(decide('bedrock.amazonaws.com', 'user/alice')).toBe('allowed');
    expect(decide('codecommit.amazonaws.com', 'user/alice')).toBe('implicitDeny');
    expect(decide('bedrock.amazonaws.com', 'user/rescue')).toBe('explicitDeny');
  });

  test.each([
    ['sts:AssumeRole', iamArn('role/app/Runner')],
    [
      'lambda:UpdateFunctionCode',
      `arn:aws:lambda:${resolvedPlace.region}:${resolvedPlace.account}:function:any`,
    ],
    ['bedrock:InvokeModel', 'arn:aws:bedrock:eu-central-1::foundation-model/any'],
    ['dynamodb:Scan', `arn:aws:dynamodb:${resolvedPlace.region}:${resolvedPlace.account}:table/any`],
    ['s3:GetObject', 'arn:aws:s3:::any/AWSLogs/log.json.gz'],
  ])('cannot %s', (action, resource) => {
    expect(decision(action, resource)).toBe('implicitDeny');
  });
});

describe('A fence whose code was taken over', () => {
  const own = stage.policiesOf('fence');
  const may = (action: string, resource: string, tags: Record<string, string> = {}) =>
    evaluatePolicies(own, {
      action,
      resource,
      context: Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
      ),
    }).decision;

  test.each(['role/Shared', 'role/team/Shared'])(
    'may write inline policies on the named role: %s',
    (role) => {
      expect(may('iam:PutRolePolicy', iamArn(role))).toBe('allowed');
      expect(may('iam:DeleteRolePolicy', iamArn(role))).toBe('allowed');
    },
  );

  test.each([
    'role/Other',
    'role/SharedToo',
    'role/NotShared',
    'role/Shared/Other',
    'role/aws-service-role/Shared/AWSServiceRoleForX',
    'role/bedrock-budget/Shared',
    'role/break-glass/Shared',
    'role/aws-reserved/sso.amazonaws.com/Shared',
    'role/OnCall',
    'role/ops/OnCall',
    'user/Shared',
    'group/Shared',
  ])('reaches no other: %s', (principal) => {
    for (const verb of ['PutRolePolicy', 'PutUserPolicy', 'PutGroupPolicy', 'AttachRolePolicy']) {
      expect(may(`iam:${verb}`, iamArn(principal))).not.toBe('allowed');
    }
  });

  test('can take the fence off a role that became protected or exempt, and put none on', () => {
    for (const [role, tags] of [
      ['role/OnCall', {}],
      ['role/Shared', { BedrockBudgetExempt: 'true' }],
    ] as const) {
      expect(may('iam:PutRolePolicy', iamArn(role), tags)).toBe('explicitDeny');
      expect(may('iam:DeleteRolePolicy', iamArn(role), tags)).toBe('allowed');
    }
  });

  test.each([
    ['iam:AttachRolePolicy', 'role/Shared'],
    ['iam:UpdateAssumeRolePolicy', 'role/Shared'],
    ['iam:PutRolePermissionsBoundary', 'role/Shared'],
    ['iam:DeleteRolePermissionsBoundary', 'role/Shared'],
    ['iam:PassRole', 'role/Shared'],
    ['iam:TagRole', 'role/Shared'],
    ['iam:UntagRole', 'role/Shared'],
    ['iam:CreatePolicyVersion', ownPolicy],
    ['iam:UpdateServiceSpecificCredential', 'user/alice'],
  ])('cannot %s', (action, resource) => {
    expect(may(action, iamArn(resource))).not.toBe('allowed');
    expect(may('sts:AssumeRole', iamArn('role/Shared'))).toBe('implicitDeny');
  });
});

describe('No function but the enforcer', () => {
  const functions = stage
    .all('AWS::Lambda::Function')
    .map(({ properties }) => String(properties['FunctionName']).replace('bedrock-budgeteer-test-', ''))
    .filter((name) => name !== 'enforcer');

  test.each(functions)('%s can give a principal any policy, or write one', (name) => {
    const own = stage.policiesOf(name);
    const may = (action: string, resource: string, policyArn: string) =>
      evaluatePolicies(own, { action, resource, context: { 'iam:PolicyARN': policyArn } }).decision ===
      'allowed';

    for (const policyArn of [ours('Suspended'), 'arn:aws:iam::aws:policy/AdministratorAccess']) {
      expect(may('iam:AttachUserPolicy', iamArn('user/alice'), policyArn)).toBe(false);
      expect(may('iam:AttachRolePolicy', iamArn('role/app/Runner'), policyArn)).toBe(false);
      expect(may('iam:PutUserPolicy', iamArn('user/alice'), policyArn)).toBe(false);
      expect(may('iam:PutRolePolicy', iamArn('role/app/Runner'), policyArn)).toBe(false);
    }
    expect(may('iam:PutRolePolicy', iamArn('role/Shared'), '')).toBe(name === 'fence');
  });
});
