import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { restrictedPolicy } from '../../lambda/domain/deny-policies/restricted-policy.ts';
import { plainSuspendedPolicy } from '../../lambda/domain/deny-policies/suspended-policy.ts';
import { economyModels } from '../../lambda/domain/pricing/economy-models.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';

/**
 * Asks AWS's own evaluation about the text of our two denies. Needs credentials with `iam:SimulateCustomPolicy`, creates
 * nothing and changes nothing. docs/live-tests.md says how to run it, and what else only an account can prove.
 */

const iam = new IAMClient({});
const allowAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const account = '111122223333';
const cheap = economyModels(priceBook);

async function decision(policy: object, action: string, resource: string): Promise<string | undefined> {
  const { EvaluationResults } = await iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [allowAll, JSON.stringify(policy)],
      ActionNames: [action],
      ResourceArns: [resource],
    }),
  );
  return EvaluationResults?.[0]?.EvalDecision;
}

const model = (id: string, region = 'us-east-1') => `arn:aws:bedrock:${region}::foundation-model/${id}`;

describe('AWS, asked about the halt policy', () => {
  const halt = plainSuspendedPolicy('aws', account);

  it.each(['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'])('denies %s', async (action) => {
    expect(await decision(halt, action, model('anthropic.claude-opus-4-6-v1'))).toBe('explicitDeny');
  });

  it('leaves reading and stopping alone', async () => {
    expect(await decision(halt, 'bedrock:ListFoundationModels', '*')).toBe('allowed');
    expect(await decision(halt, 'bedrock:StopModelInvocationJob', '*')).toBe('allowed');
  });
});

describe('AWS, asked about the economy policy', () => {
  const economy = restrictedPolicy(cheap, 'aws');

  it('denies an expensive model, in a Region and in the empty Region of global profiles', async () => {
    expect(await decision(economy, 'bedrock:InvokeModel', model('anthropic.claude-opus-4-6-v1'))).toBe(
      'explicitDeny',
    );
    expect(await decision(economy, 'bedrock:InvokeModel', model('anthropic.claude-opus-4-6-v1', ''))).toBe(
      'explicitDeny',
    );
  });

  it('spares every economy model in both', async () => {
    for (const id of cheap) {
      expect(await decision(economy, 'bedrock:InvokeModel', model(id))).toBe('allowed');
      expect(await decision(economy, 'bedrock:InvokeModel', model(id, ''))).toBe('allowed');
    }
  });
});
