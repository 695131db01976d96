/** Why an action of a service that spends is left to somebody who is suspended. */
export interface Judged {
  readonly why: string;
  /** By name, without the service. */
  readonly actions: readonly string[];
}

/** Verbs that read or end something, in services where they cost nothing: new ones of these need no verdict. */
export const freeVerbs = {
  read: /^(Get|List|Describe)/,
  end: /^(Archive|BatchDelete|Cancel|Delete|Deregister|Disassociate|End|Stop|Untag)/,
  tag: /^Tag/,
} as const;

/** What a service is called where it belongs to Bedrock, or sells models beside it. */
export const isBedrockLike = (key: string, name: string): boolean =>
  /bedrock|claude|nova act|agent registry/i.test(`${key} ${name}`);

const definesOnly = 'It defines something: money is spent when that is called or run, which is denied.';
const grants = 'It says who may do what, or keeps a setting of the account.';
const free = 'AWS bills nothing for it.';
const namesCapacity = 'It puts another model on capacity that is paid already.';

const words = (text: string) => text.trim().split(/\s+/);

/** Every action that no deny names and no verb above covers. */
export const judged: Readonly<Record<string, readonly Judged[]>> = {
  bedrock: [
    {
      why: definesOnly,
      actions: words(`AssociateAgentCollaborator AssociateAgentKnowledgeBase AssociateThirdPartyKnowledgeBase
        CopyBlueprintStage CreateAgent CreateAgentActionGroup CreateAgentAlias CreateAutomatedReasoningPolicy
        CreateAutomatedReasoningPolicyTestCase CreateAutomatedReasoningPolicyVersion CreateBlueprint CreateBlueprintVersion
        CreateDataAutomationLibrary CreateDataAutomationProject CreateDataSource CreateDataSourceToken CreateFlow
        CreateFlowAlias CreateFlowVersion CreateGuardrail CreateGuardrailVersion CreateInferenceProfile CreatePrompt
        CreatePromptRouter CreatePromptVersion PrepareAgent PrepareFlow UpdateAgent UpdateAgentActionGroup UpdateAgentAlias
        UpdateAgentCollaborator UpdateAgentKnowledgeBase UpdateAutomatedReasoningPolicy
        UpdateAutomatedReasoningPolicyAnnotations UpdateAutomatedReasoningPolicyTestCase UpdateBlueprint
        UpdateDataAutomationLibrary UpdateDataAutomationProject UpdateDataSource UpdateFlow UpdateFlowAlias UpdateGuardrail
        UpdateKnowledgeBase UpdatePrompt`),
    },
    {
      why: 'It makes a knowledge base; filling and asking it are denied, and its vector store is billed by another service.',
      actions: ['CreateKnowledgeBase'],
    },
    { why: namesCapacity, actions: ['UpdateCustomModelDeployment', 'UpdateProvisionedModelThroughput'] },
    {
      why: grants,
      actions:
        words(`AllowVendedLogDeliveryForResource PutAccountDataRetention PutEnforcedGuardrailConfiguration
        PutResourcePolicy PutUseCaseForModelAccess`),
    },
    {
      why: 'It calls no model: a session keeps texts that an application puts there.',
      actions: ['CreateInvocation', 'CreateSession', 'PutInvocationStep', 'UpdateSession'],
    },
    {
      why: free,
      actions:
        words(`CheckIngestedDocumentAcl CountTokens DetectGeneratedContent ExportAutomatedReasoningPolicyVersion
        RenderPrompt ValidateFlowDefinition`),
    },
  ],
  'bedrock-agentcore': [
    {
      why: definesOnly,
      actions:
        words(`AddDatasetExamples CreateAgentRuntime CreateAgentRuntimeEndpoint CreateApiKeyCredentialProvider
        CreateBrowser CreateBrowserProfile CreateCodeInterpreter CreateConfigurationBundle CreateConsentPortal CreateDataset
        CreateDatasetVersion CreateEvaluator CreateGateway CreateGatewayRateLimit CreateGatewayRule CreateGatewayTarget
        CreateHarness CreateHarnessEndpoint CreateMemory CreateOauth2CredentialProvider CreatePaymentConnector
        CreatePaymentCredentialProvider CreatePaymentInstrument CreatePaymentManager CreatePolicy CreatePolicyEngine
        CreateRegistry CreateRegistryRecord CreateWorkloadIdentity SaveBrowserSessionProfile SubmitRegistryRecordForApproval
        SynchronizeGatewayTargets UpdateAgentRuntime UpdateAgentRuntimeEndpoint UpdateApiKeyCredentialProvider
        UpdateBrowserStream UpdateConfigurationBundle UpdateConsentPortal UpdateDataset UpdateDatasetExamples UpdateEvaluator
        UpdateGateway UpdateGatewayRateLimit UpdateGatewayRule UpdateGatewayTarget UpdateHarness UpdateHarnessEndpoint
        UpdateMemory UpdateOauth2CredentialProvider UpdatePaymentConnector UpdatePaymentCredentialProvider
        UpdatePaymentManager UpdatePolicy UpdatePolicyEngine UpdateRegistry UpdateRegistryRecord UpdateRegistryRecordStatus
        UpdateWorkloadIdentity`),
    },
    {
      why: grants,
      actions: words(`AllowVendedLogDeliveryForResource BatchPutGatewayRateLimits GatewayAssociateWebACL
        GatewayDisassociateWebACL GatewayGetWebACLForResource GatewayListResourcesForWebACL ManageAdminPolicy
        ManageResourceScopedPolicy PassCapacityProvider PutResourcePolicy PutSystemLogEvents SetTokenVaultCMK`),
    },
    {
      why: 'A gateway asks it for each of its callers; what they call through the gateway is denied.',
      actions: ['AuthorizeAction', 'CompleteResourceTokenAuth', 'PartiallyAuthorizeActions'],
    },
    { why: 'It searches a catalogue and calls no model.', actions: ['SearchRegistryRecords'] },
  ],
  'bedrock-mantle': [
    {
      why: definesOnly,
      actions: ['AssociateCustomizedModel', 'CreateFile', 'CreateProject', 'UpdateProject'],
    },
    { why: grants, actions: ['PutAccountDataRetention'] },
    { why: free, actions: ['CountTokens'] },
  ],
  'bedrock-websearch': [],
  'aws-external-anthropic': [
    {
      why: definesOnly,
      actions: words(`CreateAgent CreateEnvironment CreateFile CreateMemoryStore CreateSkill CreateUserProfile
        CreateUserProfileEnrollmentUrl CreateVault CreateWebhook CreateWorkspace UpdateAgent UpdateEnvironment
        UpdateMemoryStore UpdateSkill UpdateUserProfile UpdateVault UpdateWebhook UpdateWorkspace`),
    },
    { why: grants, actions: ['DisableKey', 'RegisterKey', 'RotateWebhookSecret', 'UpdateKey'] },
    { why: free, actions: ['CountTokens'] },
  ],
  'nova-act': [
    { why: definesOnly, actions: ['CreateWorkflowDefinition'] },
    {
      why: 'It notes how a run went; a further step of it is denied.',
      actions: ['UpdateAct', 'UpdateWorkflowRun'],
    },
  ],
  'agent-registry': [
    {
      why: 'A catalogue of agents and tools: no action of it calls a model.',
      actions: words(`CreateRegistry CreateRegistryRecord InvokeRegistryMcp PutResourcePolicy
        SearchDiscoverableRegistryRecords SubmitRegistryRecordForApproval UpdateRegistry UpdateRegistryRecord
        UpdateRegistryRecordStatus`),
    },
  ],
};
