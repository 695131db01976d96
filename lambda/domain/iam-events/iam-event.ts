/**
 * What CloudTrail told of a call to IAM, as far as it concerns budgets: who did what to whom. Shapes are those that IAM's
 * API has, with small initial letters; a call that failed, and one that concerns nobody here, is no event.
 */

/** Who made the call. */
export interface Actor {
  /** `user/ann`, `role/Admin/ann`, `root`, or the service: one human, as far as CloudTrail can tell. */
  readonly id: string;
  /** The role behind a session. A user has none. */
  readonly roleArn?: string | undefined;
  /** `cloudformation.amazonaws.com`, where a service made the call for the actor. */
  readonly through?: string | undefined;
}

export interface Named {
  readonly type: 'user' | 'role';
  readonly name: string;
}

interface Common {
  /** CloudTrail's own id: the same for each delivery of the event. */
  readonly id: string;
  /** `DetachUserPolicy` */
  readonly name: string;
  /** ISO 8601 UTC, to the second. */
  readonly at: string;
  readonly actor: Actor;
}

export type IamChange =
  | {
      readonly kind: 'principal-created';
      readonly target: Named;
      readonly path: string;
      /** AIDA… or AROA…; undefined where the answer does not tell. */
      readonly uniqueId: string | undefined;
      readonly tags: Readonly<Record<string, string>>;
      /** Services that a new role's trust policy lets in. */
      readonly trusts: readonly string[];
    }
  | { readonly kind: 'principal-deleted'; readonly target: Named }
  | { readonly kind: 'tags-changed'; readonly target: Named; readonly keys: readonly string[] }
  /** A Bedrock API key. `on` where it works after the call; undefined where the call does not tell. */
  | {
      readonly kind: 'key-created' | 'key-changed';
      readonly target: Named;
      readonly on: boolean | undefined;
    }
  | {
      readonly kind: 'policy-attached' | 'policy-detached';
      readonly carrier: { readonly type: 'user' | 'role' | 'group'; readonly name: string };
      readonly policyArn: string;
    }
  | { readonly kind: 'policy-text'; readonly policyArn: string };

export type IamEvent = Common & IamChange;
export type IamEventOf<K extends IamChange['kind']> = Common & Extract<IamChange, { readonly kind: K }>;

/** Calls of IAM that the rule passes on: nothing else reaches the function. */
export const iamEventNames = [
  'AcquireRole',
  'AttachGroupPolicy',
  'AttachRolePolicy',
  'AttachUserPolicy',
  'CreatePolicyVersion',
  'CreateRole',
  'CreateServiceSpecificCredential',
  'CreateUser',
  'DeletePolicy',
  'DeletePolicyVersion',
  'DeleteRole',
  'DeleteUser',
  'DetachGroupPolicy',
  'DetachRolePolicy',
  'DetachUserPolicy',
  'ResetServiceSpecificCredential',
  'SetDefaultPolicyVersion',
  'TagRole',
  'TagUser',
  'UntagRole',
  'UntagUser',
  'UpdateServiceSpecificCredential',
] as const;
export type IamEventName = (typeof iamEventNames)[number];
