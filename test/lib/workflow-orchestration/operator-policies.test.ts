import { describingStack } from '../../../lib/stage-description.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../scripts/local/aws/policy.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const stage = new ResolvedStage();
const lambda = (name: string) =>
  `arn:aws:lambda:${resolvedPlace.region}:${resolvedPlace.account}:function:bedrock-budgeteer-test-${name}`;
const [orders, approvals] = [lambda('front-door'), lambda('approvals')];
const table = `arn:aws:dynamodb:${resolvedPlace.region}:${resolvedPlace.account}:table/bedrock-budgeteer-test-user-budgets`;
const machine = `arn:aws:states:${resolvedPlace.region}:${resolvedPlace.account}:stateMachine:bedrock-budgeteer-test-override`;
const describing = `arn:aws:cloudformation:${resolvedPlace.region}:${resolvedPlace.account}:stack/${describingStack('test')}/1a2b`;
const people = ['Viewer', 'Operator', 'Approver'] as const;
type Person = (typeof people)[number];

function may(
  person: Person,
  action: string,
  resource: string,
  context: Record<string, string> = {},
): boolean {
  const policy = stage
    .all('AWS::IAM::ManagedPolicy')
    .find(({ properties }) => properties['ManagedPolicyName'] === `BedrockBudget${person}-test`);
  const document = policy?.properties['PolicyDocument'] as EvaluatedPolicy;
  const request = { action, resource, context };
  return evaluatePolicies([{ source: person, document }], request).decision === 'allowed';
}
/** As Lambda asks when a URL is called: both have to be allowed. */
const mayCallUrl = (person: Person, door: string) => {
  const context = { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' };
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every((action) =>
    may(person, action, door, context),
  );
};

test('Only operators call the door for orders, and only approvers the one for approvals', () => {
  expect(people.filter((person) => mayCallUrl(person, orders))).toEqual(['Operator']);
  expect(people.filter((person) => mayCallUrl(person, approvals))).toEqual(['Approver']);
});

describe.each(people)('The %s policy', (person) => {
  test('lets nobody past a URL, where a door would believe whatever caller it is told', () => {
    for (const door of [orders, approvals]) {
      expect(may(person, 'lambda:InvokeFunction', door)).toBe(false);
      expect(may(person, 'lambda:InvokeFunction', door, { 'lambda:InvokedViaFunctionUrl': 'false' })).toBe(
        false,
      );
    }
  });

  test.each([
    ['lambda:InvokeFunction', lambda('enforcer')],
    ['lambda:UpdateFunctionCode', orders],
    ['dynamodb:PutItem', table],
    ['dynamodb:UpdateItem', table],
    ['dynamodb:PartiQLInsert', table.replace('user-budgets', 'audit-logs')],
    ['states:StartExecution', machine],
    ['states:SendTaskSuccess', machine],
    ['states:StopExecution', machine.replace(':stateMachine:', ':execution:')],
    ['iam:DetachUserPolicy', `arn:aws:iam::${resolvedPlace.account}:user/alice`],
  ])('does not give %s', (action, resource) => {
    expect(may(person, action, resource)).toBe(false);
  });

  test('shows this stage, and no other', () => {
    const execution = `${machine.replace(':stateMachine:', ':execution:')}:override-1`;
    expect(may(person, 'dynamodb:Query', table)).toBe(true);
    expect(may(person, 'dynamodb:Query', `${table}/index/due`)).toBe(true);
    expect(may(person, 'states:DescribeExecution', execution)).toBe(true);
    expect(may(person, 'cloudformation:GetTemplateSummary', describing)).toBe(true);
    expect(may(person, 'dynamodb:Query', table.replace('-test-', '-other-'))).toBe(false);
    expect(may(person, 'cloudformation:GetTemplateSummary', describing.replace('-test-', '-other-'))).toBe(
      false,
    );
  });
});
