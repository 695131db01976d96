/** Our deny-only policies, mildest first: dearest models off, economy models only, nothing. */
export const denySteps = ['no-premium', 'economy', 'halt'] as const;
export type DenyStep = (typeof denySteps)[number];
/** What IAM should say about a principal: one of our policies, or none. */
export type EnforcedStep = 'none' | DenyStep;
