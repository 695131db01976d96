import type { PolicyText } from './policy-text.ts';

/**
 * Every action that spends money on Bedrock, and a few that would arrange for it. Get, List, Delete, Stop and Cancel
 * stay allowed, so that a halted person can still clean up.
 */
const spendingActions = [
  'bedrock:Invoke*',
  'bedrock:CallWithBearerToken',
  'bedrock:ApplyGuardrail',
  'bedrock:Retrieve*',
  'bedrock:AgenticRetrieveStream',
  'bedrock:Rerank',
  'bedrock:GenerateQuery',
  'bedrock:OptimizePrompt',
  'bedrock:StartFlowExecution',
  'bedrock:StartIngestionJob',
  'bedrock:IngestKnowledgeBaseDocuments',
  'bedrock:StartAutomatedReasoningPolicy*',
  'bedrock:CreateModelInvocationJob',
  'bedrock:CreateModelCustomizationJob',
  'bedrock:CreateModelImportJob',
  'bedrock:CreateEvaluationJob',
  'bedrock:CreateModelEvaluationJob',
  'bedrock:CreateAdvancedPromptOptimizationJob',
  'bedrock:CreateProvisionedModelThroughput',
  'bedrock:CreateCustomModelDeployment',
  'bedrock:CreateMarketplaceModelEndpoint',
  'bedrock:CreateFoundationModelAgreement',
  'bedrock-mantle:CreateInference',
  'bedrock-mantle:CallWithBearerToken',
  'bedrock-mantle:CreateFineTuningJob',
  'bedrock-mantle:CreateReservation',
  'bedrock-mantle:UpdateReservation',
  'bedrock-websearch:*',
  'bedrock-agentcore:Invoke*',
  'bedrock-agentcore:Start*',
  'bedrock-agentcore:Evaluate',
];

/** The deny of a suspended principal. It only takes away; detaching it leaves nothing behind. */
export function haltPolicy(partition: string, account: string): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'NoSpending', Effect: 'Deny', Action: spendingActions, Resource: '*' },
      {
        // A suspended administrator must not lift the own deny.
        Sid: 'NoLiftingOfTheDeny',
        Effect: 'Deny',
        Action: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachGroupPolicy'],
        Resource: '*',
        Condition: {
          ArnLike: { 'iam:PolicyARN': `arn:${partition}:iam::${account}:policy/bedrock-budget/*` },
        },
      },
      {
        // Nor rewrite it for everybody.
        Sid: 'NoRewritingOfTheDeny',
        Effect: 'Deny',
        Action: [
          'iam:CreatePolicyVersion',
          'iam:SetDefaultPolicyVersion',
          'iam:DeletePolicyVersion',
          'iam:DeletePolicy',
        ],
        Resource: `arn:${partition}:iam::${account}:policy/bedrock-budget/*`,
      },
      {
        // Another user's fresh API key would spend on.
        Sid: 'NoFreshApiKeys',
        Effect: 'Deny',
        Action: [
          'iam:CreateServiceSpecificCredential',
          'iam:ResetServiceSpecificCredential',
          'iam:UpdateServiceSpecificCredential',
        ],
        Resource: '*',
        Condition: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
      },
    ],
  };
}
