import { commonEnvironment, environments } from '../../../lambda/contracts/environment.ts';
import { managedPolicyLimit } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { positionOf, switchTextsFor } from '../../../lambda/domain/deny-policies/switch-policy.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../scripts/local/aws/policy.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const stage = new ResolvedStage({
  settings: { mode: 'enforce', haltSwitch: 'on', breakGlass: ['user/rescue'] },
});
const without = new ResolvedStage({ settings: { mode: 'enforce' } });
const iamArn = (rest: string) => `arn:aws:iam::${resolvedPlace.account}:${rest}`;
const standing = iamArn('policy/bedrock-budget/BedrockBudgetSwitch-test');
const halt = iamArn('policy/bedrock-budget/BedrockBudgetSuspended-test');
const decision = (fn: string, action: string, resource: string, context: Record<string, string> = {}) =>
  evaluatePolicies(stage.policiesOf(fn), { action, resource, context }).decision;
const onPolicy = (policyArn: string) => ({ 'iam:PolicyARN': policyArn });
const machine = (name: string, of = stage) => {
  const found = of
    .all('AWS::StepFunctions::StateMachine')
    .find(({ properties }) => String(properties['StateMachineName']).endsWith(`-${name}`));
  return JSON.parse(String(found?.properties['DefinitionString'])) as {
    readonly StartAt: string;
    readonly States: Readonly<
      Record<string, { readonly Next?: string; readonly Catch?: readonly { readonly Next: string }[] }>
    >;
  };
};

describe('A stage with a halt switch', () => {
  test('has the policy in its dormant version, as the function knows it', () => {
    const policy = stage.all('AWS::IAM::ManagedPolicy').find(({ ref }) => ref === standing);
    const document = policy?.properties['PolicyDocument'] as EvaluatedPolicy;
    expect(positionOf(document, switchTextsFor(standing))).toBe('dormant');
    expect(JSON.stringify(document).length).toBeLessThan(managedPolicyLimit);
  });

  test.each(['halt', 'resume'])(
    'throws it first in the %s, and goes on with the list of principals if that fails',
    (name) => {
      const { StartAt, States } = machine(name);
      const thrown = States[StartAt]?.Next ?? '';
      expect(thrown).toBe('Set the halt switch');
      const principals = States[thrown]?.Next;
      expect(principals).toMatch(/next principals$/);
      expect(States[thrown]?.Catch?.map(({ Next }) => Next)).toEqual([principals]);
      // Nobody waits for it: twice 15 s and a second at most.
      expect(States[thrown]).toMatchObject({
        TimeoutSeconds: 15,
        Retry: [{ MaxAttempts: 1, IntervalSeconds: 1 }],
      });
    },
  );
});

test('The function has the variables of its contract, and is looked at with each comparison of IAM', () => {
  const fn = stage
    .all('AWS::Lambda::Function')
    .find(({ properties }) => String(properties['FunctionName']).endsWith('-test-switch'));
  const { Variables } = (fn?.properties['Environment'] ?? {}) as {
    readonly Variables: Readonly<Record<string, string>>;
  };
  expect(Object.keys(Variables).sort()).toEqual([...commonEnvironment, ...environments.switch].sort());
  expect(Variables['SWITCH_POLICY_ARN']).toBe(standing);
  const targets = stage
    .all('AWS::Events::Rule')
    .filter(({ properties }) => JSON.stringify(properties['Targets']).includes(String(fn?.arn)));
  expect(targets.map(({ properties }) => properties['ScheduleExpression'])).toEqual(['rate(15 minutes)']);
});

test('A stage without one has neither policy, function, rule nor step', () => {
  const text = JSON.stringify(
    [
      'AWS::IAM::ManagedPolicy',
      'AWS::Lambda::Function',
      'AWS::Events::Rule',
      'AWS::StepFunctions::StateMachine',
    ].map((type) => without.all(type).map(({ properties }) => properties)),
  );
  expect(text).not.toMatch(/BedrockBudgetSwitch|halt switch|test-switch/);
});

describe('A switch whose code was taken over', () => {
  test('may still do its work', () => {
    expect(decision('switch', 'iam:SetDefaultPolicyVersion', standing)).toBe('allowed');
    for (const verb of ['Attach', 'Detach']) {
      expect(decision('switch', `iam:${verb}UserPolicy`, iamArn('user/alice'), onPolicy(standing))).toBe(
        'allowed',
      );
      expect(decision('switch', `iam:${verb}RolePolicy`, iamArn('role/App'), onPolicy(standing))).toBe(
        'allowed',
      );
    }
  });

  test.each([
    ['iam:CreatePolicyVersion', standing],
    ['iam:DeletePolicyVersion', halt],
    ['iam:SetDefaultPolicyVersion', halt],
    ['iam:SetDefaultPolicyVersion', iamArn('policy/Anything')],
    ['iam:PutUserPolicy', iamArn('user/alice')],
    ['iam:PutRolePolicy', iamArn('role/App')],
    ['iam:CreatePolicy', iamArn('policy/bedrock-budget/New')],
    ['iam:UpdateServiceSpecificCredential', iamArn('user/alice')],
  ])('cannot %s on %s', (action, resource) => {
    expect(decision('switch', action, resource)).not.toBe('allowed');
  });

  test('cannot attach or detach any other policy, ours neither', () => {
    for (const other of [halt, 'arn:aws:iam::aws:policy/AdministratorAccess', `${standing}Too`]) {
      expect(decision('switch', 'iam:AttachUserPolicy', iamArn('user/alice'), onPolicy(other))).toBe(
        'implicitDeny',
      );
      expect(decision('switch', 'iam:DetachUserPolicy', iamArn('user/alice'), onPolicy(other))).toBe(
        'implicitDeny',
      );
    }
  });

  test.each([
    'user/rescue',
    'user/break-glass/root-of-last-resort',
    'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
    'role/bedrock-budget/anything-of-ours',
  ])('puts nothing on %s', (principal) => {
    const action = principal.startsWith('user/') ? 'iam:AttachUserPolicy' : 'iam:AttachRolePolicy';
    expect(decision('switch', action, iamArn(principal), onPolicy(standing))).toBe('explicitDeny');
  });
});

test('No other function can throw it or write a version of it; the enforcer may take it off, to make room', () => {
  const names = stage
    .all('AWS::Lambda::Function')
    .map(({ properties }) => String(properties['FunctionName']).replace('bedrock-budgeteer-test-', ''));
  const those = (action: string) =>
    names.filter((name) => decision(name, action, standing) === 'allowed').sort();
  expect(those('iam:SetDefaultPolicyVersion')).toEqual(['lift-denies', 'switch']);
  expect(those('iam:CreatePolicyVersion')).toEqual([]);
  expect(decision('enforcer', 'iam:DetachUserPolicy', iamArn('user/alice'), onPolicy(standing))).toBe(
    'allowed',
  );
});
