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
          models.map((model) => `arn:${partition}:bedrock:${region}:foundation-model/${model}`),
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
