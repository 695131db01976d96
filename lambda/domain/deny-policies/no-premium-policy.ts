import { mantleName } from './mantle-name.ts';
import type { PolicyText } from './policy-text.ts';
import { noPremiumTiers } from './premium-tiers.ts';

/**
 * The mildest deny: `models`, the most expensive ones by foundation model id, and the more expensive service tiers are off; all else
 * stays. It names what it denies, so that a new model is allowed until the next deployment: a step on the way, not a cap.
 *
 * The model's own ARN decides, whatever profile, geography or endpoint leads to it. A global profile authorises the model in
 * the Region that is called and once more without a Region: one denied ARN fails the call, and `*` stands for no Region too.
 */
export function noPremiumPolicy(models: readonly string[], partition: string): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NoPremiumModelsRuntime',
        Effect: 'Deny',
        Action: [
          'bedrock:InvokeModel',
          'bedrock:InvokeModelWithResponseStream',
          'bedrock:CreateModelInvocationJob',
        ],
        Resource: spellings(models).map((model) => `arn:${partition}:bedrock:*::foundation-model/${model}`),
      },
      {
        Sid: 'NoPremiumModelsMantle',
        Effect: 'Deny',
        Action: ['bedrock-mantle:CreateInference'],
        Resource: '*',
        Condition: { StringLike: { 'bedrock-mantle:Model': [...new Set(models.map(mantleName))] } },
      },
      ...noPremiumTiers,
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
