/** `bedrock-budgeteer-production-ingest`: every physical name starts alike, so that permissions can be told by name. */
export const physicalName = (stage: string, name: string) => `bedrock-budgeteer-${stage}-${name}`;

/** IAM path of our own roles and policies; the enforcer is denied everything that would change them. */
export const ownPath = '/bedrock-budget/';
