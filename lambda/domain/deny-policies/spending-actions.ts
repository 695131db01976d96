/**
 * What spends on Bedrock and on the services beside it, as IAM's actions. The Service Authorization Reference is held
 * against these lists, action by action: `test/domain/deny-policies/spending-verdicts.test.ts` fails where it has one that
 * nobody has judged.
 *
 * A pattern is wide where each action that it may come to match spends too (`Create*Job`), and narrow elsewhere.
 */

/** Claude Platform on AWS: Anthropic's own API, billed through the Marketplace and logged by no log of Bedrock's. */
export const claudePlatformActions = [
  'aws-external-anthropic:AssumeConsole',
  'aws-external-anthropic:CallWithBearerToken',
  'aws-external-anthropic:CreateBatchInference',
  'aws-external-anthropic:CreateInference',
  'aws-external-anthropic:CreateSession',
  'aws-external-anthropic:ProcessEnvironmentWork',
  'aws-external-anthropic:UpdateSession',
] as const;

/** Capacity that is billed by the hour or the month, called or not. */
export const provisionedCapacityActions = [
  'bedrock-agentcore:CreateCapacityProvider',
  'bedrock-agentcore:UpdateCapacityProvider',
  'bedrock-mantle:CreateReservation',
  'bedrock-mantle:UpdateReservation',
  'bedrock:CreateCustomModelDeployment',
  'bedrock:CreateMarketplaceModelEndpoint',
  'bedrock:CreateProvisionedModelThroughput',
  'bedrock:RegisterMarketplaceModelEndpoint',
  'bedrock:UpdateMarketplaceModelEndpoint',
] as const;

/** What a suspended principal may not do. Get, List, Delete, Stop and Cancel stay allowed, so that it can still clean up. */
export const spendingActions = [
  ...claudePlatformActions,
  ...provisionedCapacityActions.filter((action) => action !== 'bedrock:CreateCustomModelDeployment'),
  'bedrock-agentcore:BatchCreateMemoryRecords',
  'bedrock-agentcore:BatchUpdateMemoryRecords',
  'bedrock-agentcore:Connect*',
  'bedrock-agentcore:CreateABTest',
  'bedrock-agentcore:CreateEvent',
  'bedrock-agentcore:CreateOnlineEvaluationConfig',
  'bedrock-agentcore:CreatePaymentSession',
  'bedrock-agentcore:Evaluate',
  'bedrock-agentcore:Invoke*',
  'bedrock-agentcore:ProcessPayment',
  'bedrock-agentcore:RetrieveMemoryRecords',
  'bedrock-agentcore:Start*',
  'bedrock-agentcore:UpdateABTest',
  'bedrock-agentcore:UpdateOnlineEvaluationConfig',
  'bedrock-mantle:CallWithBearerToken',
  'bedrock-mantle:CreateCustomizedModel',
  'bedrock-mantle:CreateFineTuningJob',
  'bedrock-mantle:CreateInference',
  'bedrock-websearch:*',
  'bedrock:AgenticRetrieveStream',
  'bedrock:ApplyGuardrail',
  'bedrock:CallWithBearerToken',
  'bedrock:Create*Job',
  'bedrock:CreateCustomModel*',
  'bedrock:CreateFoundationModelAgreement',
  'bedrock:GenerateQuery',
  'bedrock:IngestKnowledgeBaseDocuments',
  'bedrock:Invoke*',
  'bedrock:OptimizePrompt',
  'bedrock:PutFoundationModelEntitlement',
  'bedrock:Rerank',
  'bedrock:Retrieve*',
  'bedrock:StartAutomatedReasoningPolicy*',
  'bedrock:StartFlowExecution',
  'bedrock:StartIngestionJob',
  'nova-act:CreateAct',
  'nova-act:CreateSession',
  'nova-act:CreateWorkflowRun',
  'nova-act:InvokeActStep',
] as const;

/** The same in fewer characters: services beside Bedrock as a whole, their cleaning up included. */
export const inFewerCharacters = (actions: readonly string[]): readonly string[] => [
  ...new Set(actions.map((action) => action.replace(/^(aws-external-anthropic|nova-act):.*/, '$1:*'))),
];

/**
 * What a restricted principal may not do beside calling an expensive model: bulk work and capacity; agents, flows and
 * AgentCore, whose service role may call any model; and Claude Platform, whose actions name no model.
 */
export const restrictedActions = [
  ...claudePlatformActions,
  'bedrock-agentcore:CreateCapacityProvider',
  'bedrock-agentcore:Evaluate',
  'bedrock-agentcore:Invoke*',
  'bedrock-agentcore:Start*',
  'bedrock-mantle:CreateFineTuningJob',
  'bedrock-mantle:CreateReservation',
  'bedrock-mantle:UpdateReservation',
  'bedrock:AgenticRetrieveStream',
  'bedrock:Create*Job',
  'bedrock:CreateCustomModelDeployment',
  'bedrock:CreateMarketplaceModelEndpoint',
  'bedrock:CreateProvisionedModelThroughput',
  'bedrock:Invoke*Agent',
  'bedrock:InvokeBuilder',
  'bedrock:InvokeFlow',
  'bedrock:StartFlowExecution',
  'bedrock:UpdateMarketplaceModelEndpoint',
] as const;
