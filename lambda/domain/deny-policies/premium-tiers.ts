import type { DenyStatement } from './policy-text.ts';

const expensive = ['priority', 'reserved'];

/** Expensive service tiers, on each endpoint by its own condition key. */
export const noPremiumTiers: readonly DenyStatement[] = [
  {
    Sid: 'NoPremiumTier',
    Effect: 'Deny',
    Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
    Resource: '*',
    Condition: { StringEquals: { 'bedrock:ServiceTier': expensive } },
  },
  {
    Sid: 'NoPremiumTierMantle',
    Effect: 'Deny',
    Action: ['bedrock-mantle:CreateInference'],
    Resource: '*',
    Condition: { StringEquals: { 'bedrock-mantle:ServiceTier': expensive } },
  },
];
