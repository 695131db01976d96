/** A statement that takes permissions away. There is no form that gives any: the deny policies cannot. */
export interface DenyStatement {
  readonly Sid?: string;
  readonly Effect: 'Deny';
  /** Either these, or all but those of `NotAction`. */
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document of denies alone. */
export interface PolicyText {
  readonly Version: '2012-10-17';
  readonly Statement: readonly DenyStatement[];
}

/** IAM's limit for a managed policy, in characters, white space not counted. */
export const managedPolicyLimit = 6144;

/** Characters that IAM counts. */
export function policySize(policy: PolicyText): number {
  return JSON.stringify(policy).replace(/\s/g, '').length;
}
