import { managedPolicyLimit, policySize } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { restrictedPolicy } from '../../../lambda/domain/deny-policies/restricted-policy.ts';
import { spendingActions } from '../../../lambda/domain/deny-policies/spending-actions.ts';
import { economyModels } from '../../../lambda/domain/pricing/economy-models.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { protectedArns } from '../../../lib/security/protected-arns.ts';
import { tamperPolicyName } from '../../../lib/shared/naming.ts';
import { build, readable, resources } from '../build.ts';

const { security } = build();
const steps = ['Suspended', 'Restricted', 'NoPremium'];
const deployed = Object.values(resources(security, 'AWS::IAM::ManagedPolicy')).map(
  ({ Properties }) => readable(Properties) as Record<string, unknown>,
);
const document = (name: string) =>
  deployed.find((policy) => policy['ManagedPolicyName'] === name)?.['PolicyDocument'] as {
    Statement: { Sid: string; Effect: string; Action: string | string[]; NotResource?: string[] }[];
  };

describe('The deny policies', () => {
  test.each(steps.map((step) => `BedrockBudget${step}-test`))(
    '%s only takes away, under our own path',
    (name) => {
      const policy = deployed.find((candidate) => candidate['ManagedPolicyName'] === name);

      expect(policy?.['Path']).toBe('/bedrock-budget/');
      expect(new Set(document(name).Statement.map(({ Effect }) => Effect))).toEqual(new Set(['Deny']));
    },
  );

  test('are exactly three, beside the one that administrators attach', () => {
    const names = deployed.map((policy) => policy['ManagedPolicyName']);
    const denies = steps.map((step) => `BedrockBudget${step}-test`);

    expect(names.sort()).toEqual([...denies, tamperPolicyName('test')].sort());
  });

  test.each(steps.map((step) => `BedrockBudget${step}-test`))(
    '%s fits a managed policy with room to spare',
    (name) => {
      // The longest partition, and an account id for the placeholder.
      const text = JSON.stringify(document(name))
        .replaceAll('<AWS::Partition>', 'aws-us-gov')
        .replaceAll('<AWS::AccountId>', '111122223333');

      expect(text.replace(/\s/g, '').length).toBeLessThan(managedPolicyLimit - 150);
    },
  );
});

describe('What a suspended principal is denied', () => {
  const verbs = spendingActions.map((action) => action.split(':')[1] ?? '');

  test('is in no action to read, to end or to clean up', () => {
    expect(verbs.filter((verb) => /^(Get|List|Delete|Stop|Cancel|Untag)/.test(verb))).toEqual([]);
  });

  test('says nothing twice', () => {
    expect(new Set(spendingActions).size).toBe(spendingActions.length);
  });

  test('is deployed, with the log group of others that the stage reads', () => {
    const declared = build({
      logging: { logGroup: '/aws/bedrock/calls', roleArn: 'arn:aws:iam::111122223333:role/B' },
    });
    const halt = Object.values(resources(declared.security, 'AWS::IAM::ManagedPolicy')).find(
      ({ Properties }) => Properties['ManagedPolicyName'] === 'BedrockBudgetSuspended-test',
    );
    expect(JSON.stringify(halt)).toContain('arn:*:logs:*:*:log-group:/aws/bedrock/calls:*');
    expect(JSON.stringify(document('BedrockBudgetSuspended-test'))).not.toContain('log-group');
  });
});

describe('The economy policy', () => {
  const cheap = ['amazon.nova-micro-v1:0', 'anthropic.claude-haiku-4-5-20251001-v1:0'];
  const policy = restrictedPolicy(cheap, 'aws');
  const [runtime, mantle] = policy.Statement;

  test.each(cheap)('spares %s in every Region', (model) => {
    expect(runtime?.NotResource).toContain(`arn:aws:bedrock:*::foundation-model/${model}`);
  });

  test('spares what a global profile authorises without a Region: the model of the called Region decides', () => {
    expect(runtime?.NotResource).toContain('arn:aws:bedrock:::foundation-model/*');
  });

  test.each([
    'inference-profile',
    'application-inference-profile',
    'prompt-router',
    'default-prompt-router',
    'project',
    'async-invoke',
  ])('spares %s, which only leads to a model', (container) => {
    expect(runtime?.NotResource).toContain(`arn:aws:bedrock:*:*:${container}/*`);
  });

  test('spares no model that is not on the list', () => {
    const models = runtime?.NotResource?.filter((arn) => arn.includes(':*::foundation-model/')) ?? [];

    expect(models.map((arn) => arn.split('/')[1]).sort()).toEqual([...cheap].sort());
  });

  test('names a model on Mantle without date and version, and denies what names none', () => {
    expect(mantle?.Condition).toEqual({
      StringNotLike: { 'bedrock-mantle:Model': ['amazon.nova-micro*', 'anthropic.claude-haiku-4-5*'] },
    });
  });

  test('denies premium tiers, bulk work and agents whatever the model', () => {
    expect(policy.Statement.map(({ Sid }) => Sid)).toEqual([
      'EconomyModelsOnlyRuntime',
      'EconomyModelsOnlyMantle',
      'NoPremiumTier',
      'NoPremiumTierMantle',
      'NoBulkNorAgents',
    ]);
  });

  test('never denies a guardrail, or guarded calls to cheap models would break', () => {
    expect(policy.Statement.flatMap(({ Action }) => Action)).not.toContain('bedrock:ApplyGuardrail');
  });

  test('is deployed with the economy models of the price book', () => {
    const [statement] = document('BedrockBudgetRestricted-test').Statement;

    for (const model of economyModels(priceBook)) {
      expect(statement?.NotResource).toContain(`arn:<AWS::Partition>:bedrock:*::foundation-model/${model}`);
    }
  });

  test('is measured as IAM measures it: without white space', () => {
    expect(policySize({ Version: '2012-10-17', Statement: [] })).toBe(
      '{"Version":"2012-10-17","Statement":[]}'.length,
    );
  });
});

describe('What enforcement must never touch', () => {
  test('includes what AWS reserves, break-glass paths and our own roles', () => {
    expect(protectedArns('aws', [])).toEqual([
      'arn:aws:iam::*:user/break-glass/*',
      'arn:aws:iam::*:role/break-glass/*',
      'arn:aws:iam::*:role/aws-service-role/*',
      'arn:aws:iam::*:role/aws-reserved/*',
      'arn:aws:iam::*:role/bedrock-budget/*',
    ]);
  });

  test('includes named break-glass principals under every path, a session with its role', () => {
    expect(
      protectedArns('aws', ['user/root-admin', 'role/Rescue/alice', 'team/ops', 'root']).slice(5),
    ).toEqual([
      'arn:aws:iam::*:user/root-admin',
      'arn:aws:iam::*:user/*/root-admin',
      'arn:aws:iam::*:role/Rescue',
      'arn:aws:iam::*:role/*/Rescue',
    ]);
  });
});
