/** Our deny-only policies, mildest first: most expensive models off, economy models only, nothing. */
export const denyLevels = ['no-premium', 'restricted', 'suspended'] as const;
export type DenyLevel = (typeof denyLevels)[number];
/** What IAM should say about a principal: one of our policies, or none. */
export type EnforcedLevel = 'none' | DenyLevel;
