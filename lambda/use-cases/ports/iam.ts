import type { ApiKey } from '../../domain/control/api-keys.ts';
import type { FencedSession } from '../../domain/deny-policies/fence-policy.ts';
import type { PolicyText } from '../../domain/deny-policies/policy-text.ts';
import type { DenyLevel, EnforcedLevel } from '../../domain/level.ts';

/** A user or role in this account. */
export interface IamTarget {
  readonly type: 'user' | 'role';
  readonly name: string;
}

/** IAM cannot be made to carry our policy on this principal, for a reason that trying again does not change. */
export class UnenforceableError extends Error {
  override name = 'UnenforceableError';
}

/** The principal has no free slot for a managed policy. */
export class PolicyQuotaError extends Error {
  override name = 'PolicyQuotaError';
}

/** There is no such principal (any more). */
export class PrincipalGoneError extends Error {
  override name = 'PrincipalGoneError';
}

export interface Iam {
  /** Which of our policies are attached. @throws PrincipalGoneError */
  attached(target: IamTarget): Promise<ReadonlySet<DenyLevel>>;
  /** @throws PrincipalGoneError, PolicyQuotaError, UnenforceableError */
  attach(target: IamTarget, step: DenyLevel): Promise<void>;
  /** Detaching what is not attached is done. */
  detach(target: IamTarget, step: DenyLevel): Promise<void>;
  /** Takes the switch policy off, where it is what fills the last slot; answers whether it did. @default there is none */
  makeRoom?(target: IamTarget): Promise<boolean>;
  /** Whether IAM's own simulation denies a call that this step has to deny. */
  denies(target: IamTarget, step: DenyLevel): Promise<boolean>;
}

/** The policy whose default version is the halt switch. */
export interface SwitchPolicyVersions {
  /** None where there is no such policy. */
  versions(): Promise<readonly SwitchPolicyVersion[]>;
  /** Makes a version the one that is in force. */
  choose(id: string): Promise<void>;
  /** Of one that is not in force; one that is gone is done. */
  remove(id: string): Promise<void>;
}

/** Who carries the halt switch's policy. */
export interface SwitchPolicyCarriers {
  /** How many managed policies a principal carries, ours included. @throws PrincipalGoneError */
  count(target: IamTarget): Promise<number>;
  /** @throws PrincipalGoneError, PolicyQuotaError, UnenforceableError */
  attach(target: IamTarget): Promise<void>;
}

export interface SwitchPolicyVersion {
  readonly id: string;
  readonly isDefault: boolean;
  readonly document: unknown;
}

export interface PrincipalDescriptions {
  /** @throws PrincipalGoneError */
  describe(target: IamTarget): Promise<IamRecord>;
}

/** Long-term Bedrock API keys of users. */
export interface ApiKeys {
  /** None of a user who is gone. */
  of(userName: string): Promise<readonly ApiKey[]>;
  /** A key that is gone is done. */
  set(userName: string, id: string, status: 'Active' | 'Inactive'): Promise<void>;
}

/** Bedrock API keys of the whole account. */
export interface ApiKeyInventory extends Pick<ApiKeys, 'set'> {
  inactive(): Promise<readonly { readonly userName: string; readonly id: string }[]>;
}

/** Something that the product placed and that stops someone, and how to remove it. */
export interface Liftable {
  /** What it is and whose, for people. */
  readonly name: string;
  /** Lifting what is gone is done. */
  lift(): Promise<void>;
}

/** Batch inference jobs, by their ARNs. */
export interface BatchJobs {
  /** All that have not ended, whoever submitted them. */
  running(): Promise<readonly string[]>;
  /** Answers false for one that had ended, or was stopping already. */
  stop(jobArn: string): Promise<boolean>;
}

/** Who submitted which batch job. */
export interface SubmittedJobs {
  record(subject: string, jobArn: string): Promise<void>;
  of(subject: string): Promise<readonly string[]>;
  forget(subject: string, jobArn: string): Promise<void>;
  /** Whether this caller has to check all jobs now: of many that ask within two minutes, one has to. */
  takeSweep(now: Date): Promise<boolean>;
}

/** The inline policy of a shared role that denies its single sessions. */
export interface Fence {
  /** Undefined where the role has no fence. */
  read(roleName: string): Promise<unknown>;
  /** Undefined takes it away. @throws PolicyQuotaError where the role's inline policies leave no room */
  write(roleName: string, policy: PolicyText | undefined): Promise<void>;
}

/** Who of a shared role's sessions is held: what the fence is rendered from. */
export interface FencedSessions {
  of(roleName: string): Promise<readonly FencedSession[]>;
  /** `none` takes the session out. */
  set(roleName: string, session: string, step: EnforcedLevel): Promise<void>;
}

/** Someone who carries one of our policies. */
export interface DenyCarrier {
  readonly type: 'user' | 'role' | 'group';
  readonly name: string;
  readonly policyArn: string;
}

export interface DenyCarriers {
  /** Everyone who carries this policy; nobody where it does not exist. */
  of(policyArn: string): Promise<readonly DenyCarrier[]>;
  /** Detaching what is not attached is done. */
  release(carrier: DenyCarrier): Promise<void>;
}

/** What IAM says of a user or role. */
export interface IamRecord {
  readonly arn: string;
  readonly path: string;
  /** AIDA… or AROA…: names get reused, ids do not. */
  readonly uniqueId: string;
  readonly tags: Readonly<Record<string, string>>;
}
