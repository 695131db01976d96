import { mantleName } from './mantle-name.ts';
import type { PolicyText } from './policy-text.ts';

/**
 * The mildest deny: `models`, the dearest ones by foundation model id, and the dearer service tiers are off; all else
 * stays. It names what it denies, so that a new model is allowed until the next deployment: a step on the way, not a cap.
 *
 * The model's own ARN decides, whatever profile, geography or endpoint leads to it; a global profile authorises an ARN
 * without a region.
 */
export function noPremiumPolicy(models: readonly string[], partition: string): PolicyText {
  const invocations = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NoPremiumModelsRuntime',
        Effect: 'Deny',
        Action: [...invocations, 'bedrock:CreateModelInvocationJob'],
        Resource: ['*:', ':'].flatMap((region) =>
          spellings(models).map((model) => `arn:${partition}:bedrock:${region}:foundation-model/${model}`),
        ),
      },
      {
        Sid: 'NoPremiumModelsMantle',
        Effect: 'Deny',
        Action: ['bedrock-mantle:CreateInference'],
        Resource: '*',
        Condition: { StringLike: { 'bedrock-mantle:Model': [...new Set(models.map(mantleName))] } },
      },
      {
        Sid: 'NoPremiumTier',
        Effect: 'Deny',
        Action: invocations,
        Resource: '*',
        Condition: { StringEquals: { 'bedrock:ServiceTier': ['priority', 'reserved'] } },
      },
      {
        Sid: 'NoPremiumTierMantle',
        Effect: 'Deny',
        Action: ['bedrock-mantle:CreateInference'],
        Resource: '*',
        Condition: { StringEquals: { 'bedrock-mantle:ServiceTier': ['priority', 'reserved'] } },
      },
    ],
  };
}

/** A model whose id begins those of others (`claude-v2`, `claude-v2:1`) is named once for all of them: a policy has no room to waste. */
function spellings(models: readonly string[]): string[] {
  const versionsOf = (id: string) => models.filter((model) => model.startsWith(`${id}:`));
  return models
    .filter((model) => !models.some((other) => model.startsWith(`${other}:`)))
    .map((model) => (versionsOf(model).length > 0 ? `${model}*` : model));
}
