/** `bedrock-budgeteer-production-ingest`: every physical name starts alike, so that permissions can be told by name. */
export const physicalName = (stage: string, name: string) => `bedrock-budgeteer-${stage}-${name}`;

/** Names of buckets are the whole world's, so this one has the account in it; at most 57 of 63 characters. */
export const auditArchiveName = (stage: string, account: string) =>
  `${physicalName(stage, 'audit')}-${account}`;

/** The bus that applications report usage on. */
export const usageBusName = (stage: string) => physicalName(stage, 'usage');

/** IAM path of our own roles and policies; the enforcer is denied everything that would change them. */
export const ownPath = '/bedrock-budget/';

/** The policy that administrators attach to everyone who neither deploys nor operates a stage. */
export const tamperPolicyName = (stage: string) => `BedrockBudgetNoTampering-${stage}`;
