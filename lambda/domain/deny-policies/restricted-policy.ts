import { mantleName } from './mantle-name.ts';
import type { PolicyText } from './policy-text.ts';
import { noPremiumTiers } from './premium-tiers.ts';
import { restrictedActions } from './spending-actions.ts';

/**
 * The deny of a restricted principal: only `models`, by foundation model id, may be invoked, nothing in bulk,
 * and nothing whose service role may call any model: agents, flows, AgentCore.
 *
 * Bedrock authorises a call on every ARN it touches, and one denied ARN fails it. So the model decides, and everything
 * that merely leads to a model is spared: profiles (an application profile's id does not tell the model), routers,
 * projects, asynchronous calls, tools. Guardrails stay allowed, or guarded calls to cheap models would break.
 */
export function restrictedPolicy(models: readonly string[], partition: string): PolicyText {
  const bedrock = `arn:${partition}:bedrock`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EconomyModelsOnlyRuntime',
        Effect: 'Deny',
        Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
        NotResource: [
          ...models.map((model) => `${bedrock}:*::foundation-model/${model}`),
          // A global profile authorises a model without a Region beside that of the Region which is called: the latter decides.
          `${bedrock}:::foundation-model/*`,
          `${bedrock}:*:*:inference-profile/*`,
          `${bedrock}:*:*:application-inference-profile/*`,
          `${bedrock}:*:*:prompt-router/*`,
          `${bedrock}:*:*:default-prompt-router/*`,
          `${bedrock}:*:*:project/*`,
          `${bedrock}:*:*:async-invoke/*`,
          `${bedrock}::*:system-tool/*`,
        ],
      },
      {
        // Denies also where the key is absent: what does not name its model is not known to be cheap.
        Sid: 'EconomyModelsOnlyMantle',
        Effect: 'Deny',
        Action: ['bedrock-mantle:CreateInference'],
        Resource: '*',
        Condition: { StringNotLike: { 'bedrock-mantle:Model': [...new Set(models.map(mantleName))] } },
      },
      ...noPremiumTiers,
      { Sid: 'NoBulkNorAgents', Effect: 'Deny', Action: restrictedActions, Resource: '*' },
    ],
  };
}
