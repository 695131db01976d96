import fc from 'fast-check';
import { sessionDenyTexts } from '../../../lambda/domain/deny-policies/deny-texts.ts';
import {
  type FencedSession,
  fencePolicy,
  inlineRolePolicyLimit,
} from '../../../lambda/domain/deny-policies/fence-policy.ts';
import { policyHash } from '../../../lambda/domain/deny-policies/policy-hash.ts';
import { policySize } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { type DenyLevel, denyLevels, type EnforcedLevel } from '../../../lambda/domain/level.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../scripts/local/aws/policy.ts';

const texts = sessionDenyTexts(priceBook, 'aws', '111122223333');
const roleId = 'AROAEXAMPLEEXAMPLEEX1';
const roleArn = 'arn:aws:iam::111122223333:role/App';
const render = (sessions: readonly FencedSession[]) => fencePolicy({ roleId, roleArn, sessions }, texts);
const model = (id: string) => `arn:aws:bedrock:us-east-1::foundation-model/${id}`;
const expensive = model('anthropic.claude-opus-4-6-v1');
const everyday = model('anthropic.claude-sonnet-4-5-20250929-v1:0');
const cheap = model('amazon.nova-micro-v1:0');
const own = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetSuspended-test';

function decision(
  document: EvaluatedPolicy | undefined,
  session: string,
  action: string,
  resource: string,
  key = {},
) {
  const everything: EvaluatedPolicy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  };
  const policies = [everything, ...(document === undefined ? [] : [document])];
  return evaluatePolicies(
    policies.map((each, index) => ({ source: `policy ${index}`, document: each })),
    { action, resource, context: { 'aws:userid': `${roleId}:${session}`, ...key } },
  ).decision;
}

/** What one session may do, for comparison. */
function powers(document: EvaluatedPolicy | undefined, session: string): Record<string, string> {
  const asked: [string, string, object?][] = [
    ...[expensive, everyday, cheap].map((arn): [string, string] => ['bedrock:InvokeModel', arn]),
    ['bedrock:InvokeModel', cheap, { 'bedrock:ServiceTier': 'priority' }],
    ...['anthropic.claude-opus-4-6', 'amazon.nova-micro'].map((id): [string, string, object] => [
      'bedrock-mantle:CreateInference',
      'arn:aws:bedrock-mantle:us-east-1:111122223333:project/default',
      { 'bedrock-mantle:Model': id },
    ]),
    ['bedrock:CallWithBearerToken', '*'],
    ['bedrock:CreateModelInvocationJob', expensive],
    ['bedrock:StopModelInvocationJob', '*'],
    ['bedrock:ListFoundationModels', '*'],
    ['s3:GetObject', 'arn:aws:s3:::bucket/key'],
    ['iam:DetachRolePolicy', roleArn, { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    ['iam:DetachRolePolicy', roleArn, { 'iam:PolicyARN': own }],
    ['iam:CreatePolicyVersion', own],
    ['iam:CreatePolicyVersion', 'arn:aws:iam::111122223333:policy/other'],
    ...['bedrock.amazonaws.com', 'codecommit.amazonaws.com'].map((service): [string, string, object] => [
      'iam:CreateServiceSpecificCredential',
      'arn:aws:iam::111122223333:user/mallory',
      { 'iam:ServiceSpecificCredentialServiceName': service },
    ]),
    ['iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/Other'],
  ];
  return Object.fromEntries(
    asked.map(([action, resource, key = {}]) => [
      `${action} ${resource} ${JSON.stringify(key)}`,
      decision(document, session, action, resource, key),
    ]),
  );
}

/** What IAM lets a session have: letters, digits and _+=,.@- */
const sessionName = fc.string({
  unit: fc.constantFrom('a', 'B', '0', '_', '+', '=', ',', '.', '@', '-'),
  minLength: 2,
  maxLength: 10,
});
const changes = fc.array(
  fc.tuple(
    fc.oneof(sessionName, fc.constantFrom('ann@example.com', 'Ann@example.com', 'ann')),
    fc.constantFrom<EnforcedLevel>('none', ...denyLevels),
  ),
  { maxLength: 12 },
);

const held = (order: readonly (readonly [string, EnforcedLevel])[]): FencedSession[] => {
  const levels = new Map<string, EnforcedLevel>();
  for (const [session, level] of order) {
    levels.delete(session);
    levels.set(session, level);
  }
  return [...levels].flatMap(([session, level]) => (level === 'none' ? [] : [{ session, level }]));
};

describe('the fence of a shared role', () => {
  it('follows from who is held, in whatever order that came about', () => {
    fc.assert(
      fc.property(changes, fc.func(fc.integer()), (order, weight) => {
        const sessions = held(order);
        const shuffled = [...sessions].sort((a, b) => weight(a.session) - weight(b.session));
        expect(JSON.stringify(render(shuffled))).toBe(JSON.stringify(render(sessions)));
        if (sessions.length === 0) expect(render(sessions)).toBeUndefined();
        else
          expect(policyHash(JSON.parse(JSON.stringify(render(shuffled))))).toBe(policyHash(render(sessions)));
      }),
      { numRuns: 60 },
    );
  });

  it('denies each session what its level denies, and nobody else anything', () => {
    const alone = Object.fromEntries(
      denyLevels.map((level) => [level, powers(texts[level] as EvaluatedPolicy, 'anyone')]),
    );
    fc.assert(
      fc.property(changes, sessionName, (order, stranger) => {
        const sessions = held(order);
        const document = render(sessions) as EvaluatedPolicy | undefined;
        for (const { session, level } of sessions) expect(powers(document, session)).toEqual(alone[level]);
        if (!sessions.some(({ session }) => session === stranger)) {
          expect(new Set(Object.values(powers(document, stranger)))).toEqual(new Set(['allowed']));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells sessions apart to the letter, and sessions of a role of the same name that came later', () => {
    const document = render([{ session: 'ann@example.com', level: 'suspended' }]) as EvaluatedPolicy;
    const context = { 'aws:userid': 'AROALATERLATERLATER99:ann@example.com' };
    expect(decision(document, 'ann@example.com', 'bedrock:InvokeModel', cheap)).toBe('explicitDeny');
    expect(decision(document, 'Ann@example.com', 'bedrock:InvokeModel', cheap)).toBe('allowed');
    expect(decision(document, '', 'bedrock:InvokeModel', cheap, context)).toBe('allowed');
  });

  it('keeps a suspended administrator from taking it down, and a neighbour not', () => {
    const document = render([{ session: 'ann', level: 'suspended' }]) as EvaluatedPolicy;
    for (const action of ['iam:PutRolePolicy', 'iam:DeleteRolePolicy']) {
      expect(decision(document, 'ann', action, roleArn)).toBe('explicitDeny');
      expect(decision(document, 'bob', action, roleArn)).toBe('allowed');
    }
  });

  it.each<[number, DenyLevel[]]>([
    [80, ['suspended']],
    [30, ['suspended', 'restricted']],
    [12, ['suspended', 'restricted', 'no-premium']],
  ])('has room for %i sessions at %j', (count, levels) => {
    const sessions = Array.from({ length: count }, (_, index) => ({
      session: `person${String(index).padStart(3, '0')}@example.com`,
      level: levels[index % levels.length] as DenyLevel,
    }));
    const policy = render(sessions);
    expect(policy && policySize(policy)).toBeLessThanOrEqual(inlineRolePolicyLimit);
  });
});
