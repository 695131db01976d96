import { managedPolicyLimit, policySize } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { plainSuspendedPolicy } from '../../../lambda/domain/deny-policies/suspended-policy.ts';
import {
  positionOf,
  switchTexts,
  switchTextsFor,
} from '../../../lambda/domain/deny-policies/switch-policy.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../scripts/local/aws/policy.ts';

const account = '111122223333';
const texts = switchTexts('aws', account);
const administrator = {
  source: 'AdministratorAccess',
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const,
};
const decide = (document: unknown, action: string, resource: string, context: Record<string, string> = {}) =>
  evaluatePolicies([administrator, { source: 'switch', document: document as EvaluatedPolicy }], {
    ...{ action, resource, context },
  }).decision;

const model = 'arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-opus-4-6-v1';
const spending: [string, string][] = [
  ['bedrock:InvokeModel', model],
  ['bedrock:InvokeModelWithResponseStream', model],
  ['bedrock:InvokeModel', 'arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1'],
  [
    'bedrock:InvokeModel',
    `arn:aws:bedrock:eu-central-1:${account}:inference-profile/eu.anthropic.claude-opus-4-6-v1`,
  ],
  [
    'bedrock:InvokeModel',
    `arn:aws:bedrock:eu-central-1:${account}:application-inference-profile/abcdefghijkl`,
  ],
  ['bedrock:InvokeModel', `arn:aws:bedrock:eu-central-1:${account}:provisioned-model/abcdefghijkl`],
  ['bedrock:CallWithBearerToken', '*'],
  ['bedrock:CreateModelInvocationJob', '*'],
  ['bedrock-mantle:CreateInference', `arn:aws:bedrock-mantle:eu-central-1:${account}:project/x`],
  ['bedrock-mantle:CallWithBearerToken', '*'],
];
const others: [string, string][] = [
  ['bedrock:ListFoundationModels', '*'],
  ['bedrock:StopModelInvocationJob', '*'],
  ['s3:GetObject', 'arn:aws:s3:::b/k'],
  ['iam:AttachUserPolicy', `arn:aws:iam::${account}:user/alice`],
];

describe('the halt switch', () => {
  it.each(spending)(
    '%s on %s: allowed while dormant, denied once thrown, allowed again after',
    (action, resource) => {
      const [before, thrown, after] = [texts.dormant, texts.deny, texts.dormant].map((text) =>
        decide(text, action, resource),
      );
      expect([before, thrown, after]).toEqual(['allowed', 'explicitDeny', 'allowed']);
    },
  );

  it.each(others)('%s stays allowed throughout', (action, resource) => {
    expect(decide(texts.dormant, action, resource)).toBe('allowed');
    expect(decide(texts.deny, action, resource)).toBe('allowed');
  });

  it('is not thrown back by who is stopped, and hinders nobody while dormant', () => {
    const policy = `arn:aws:iam::${account}:policy/bedrock-budget/BedrockBudgetSwitch-test`;
    const detach = { 'iam:PolicyARN': policy };
    expect(decide(texts.deny, 'iam:SetDefaultPolicyVersion', policy)).toBe('explicitDeny');
    expect(decide(texts.deny, 'iam:DetachUserPolicy', '*', detach)).toBe('explicitDeny');
    expect(decide(texts.dormant, 'iam:SetDefaultPolicyVersion', policy)).toBe('allowed');
    expect(decide(texts.dormant, 'iam:DetachUserPolicy', '*', detach)).toBe('allowed');
  });

  it('spares whoever was exempted by tag since', () => {
    const exempt = { 'aws:PrincipalTag/BedrockBudgetExempt': 'true' };
    expect(decide(texts.deny, 'bedrock:InvokeModel', model, exempt)).toBe('allowed');
    expect(
      decide(texts.deny, 'bedrock:InvokeModel', model, { 'aws:PrincipalTag/BedrockBudgetExempt': 'no' }),
    ).toBe('explicitDeny');
  });

  it('denies what the halt denies, fits the quota, and is told apart from any other text', () => {
    const [halt] = plainSuspendedPolicy('aws', account).Statement;
    expect(texts.deny.Statement[0]?.Action).toEqual(halt?.Action);
    for (const text of Object.values(texts)) expect(policySize(text)).toBeLessThan(managedPolicyLimit);
    const written = JSON.parse(JSON.stringify(texts.deny)) as unknown;
    expect(positionOf(written, switchTextsFor(`arn:aws:iam::${account}:policy/bedrock-budget/x`))).toBe(
      'deny',
    );
    const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    expect(positionOf(allow, texts)).toBeUndefined();
    expect(positionOf(plainSuspendedPolicy('aws', account), texts)).toBeUndefined();
  });
});
