import type { Alert } from '../../domain/control/alert.ts';
import type { CatchUp } from '../../domain/control/catch-up.ts';
import type { Balance } from '../../domain/control/crossings.ts';
import type { Action } from '../../domain/control/decide.ts';
import type { SubjectState } from '../../domain/control/state.ts';
import type { HeldState } from '../../domain/iam-events/compare-carriers.ts';
import type { Pace } from '../../domain/pace/pace.ts';
import type { BudgetSpec } from '../../domain/settings.ts';
import type { IamRecord, IamTarget } from './iam.ts';

/** What is known of one subject, read consistently. */
export interface SubjectSnapshot {
  readonly state: SubjectState | undefined;
  readonly operatorSpec: BudgetSpec | undefined;
  readonly balances: Readonly<Record<string, Balance>>;
  readonly dueAt: Date | undefined;
  /** Of a principal: the team that its IAM tag names, as last seen. */
  readonly taggedTeam?: string | undefined;
  /** Of a principal: the tier that its IAM tag names, as last seen. */
  readonly taggedTier?: string | undefined;
  /** Of a principal: how fast it spent when that was last kept. */
  readonly pace?: Pace | undefined;
}

/** An action decided on, kept until it is acknowledged. */
export interface OutboxItem {
  readonly subject: string;
  readonly id: string;
  readonly action: OutboxAction;
}

export type OutboxAction =
  | Exclude<Action, { type: 'evaluate' }>
  | { readonly type: 'alert'; readonly alert: Alert }
  /** What one transaction has no room for. */
  | { readonly type: 'alerts'; readonly alerts: readonly Alert[] }
  | { readonly type: 'evaluate'; readonly subjects: readonly string[] };

/** One subject's next state with everything that has to be written with it, or not at all. */
export interface Commit {
  readonly subject: string;
  /** @throws VersionConflictError from `commit` where the state is at another version by then. */
  readonly expectedVersion: number;
  readonly state: SubjectState;
  readonly alerts?: readonly Alert[];
  readonly outbox?: readonly OutboxItem[];
  /** An operator's definition that comes with this change; null takes the present one away. */
  readonly spec?: BudgetSpec | null;
  /** Ask for an evaluation of this subject once written. */
  readonly evaluate?: boolean;
  /** Kept with this change; whoever kept another one meanwhile makes it conflict. */
  readonly pace?: KeptPace | undefined;
  /** Windows that are new to its budget: what was posted before has to count in them too. */
  readonly catchUp?: Omit<CatchUp, 'subject'> | undefined;
}

/** A pace to keep, and the one that it takes the place of. */
export interface KeptPace {
  readonly pace: Pace;
  readonly before: Pace | undefined;
}

/** When a subject was read, and its version then. */
export interface EvaluatedAt {
  readonly at: Date;
  readonly version: number;
}

export interface ListedPrincipal {
  readonly subject: string;
  readonly cursor: string;
}

export type DueItem =
  | { readonly kind: 'evaluate'; readonly subject: string }
  | ({ readonly kind: 'outbox' } & OutboxItem);

/** The subject changed since it was read: read it again and decide again. */
export class VersionConflictError extends Error {
  override name = 'VersionConflictError';
}

export interface Subjects {
  /** @param slots of its balances. @default as many as such a name has, which for a role is that of one that pays itself */
  load(subject: string, windows: readonly string[], slots?: number): Promise<SubjectSnapshot>;
  state(subject: string): Promise<SubjectState | undefined>;
  /** Which of these are provisioned, and their operators' definitions. */
  definitions(subjects: readonly string[]): Promise<ReadonlyMap<string, BudgetSpec | undefined>>;
  /** Writes a first state unless there is one. */
  provision(subject: string, state: SubjectState): Promise<void>;
  /** Principals whose tag was seen to name this team within the longest window. */
  taggedMembers(team: string): Promise<readonly string[]>;
  commit(commit: Commit): Promise<void>;
  acknowledge(item: OutboxItem): Promise<void>;
  /** Has it evaluated now, and by the next sweep where that fails. */
  requestEvaluation(subject: string): Promise<void>;
  /** @param seen what the evaluation that says so had read: whoever asked for one since is not answered by it */
  setDue(subject: string, at: Date | undefined, seen?: EvaluatedAt): Promise<void>;
  /** Keeps it, with its rank in the list of principals, unless another one was kept meanwhile. */
  keepPace(subject: string, kept: KeptPace): Promise<void>;
  /** Has the next sweep raise an alert, once however often it is asked for. */
  raiseLater(alert: Alert): Promise<void>;
  /** Writes an alert unless there is one of its name. */
  raise(alert: Alert): Promise<void>;
  /**
   * Every principal, top spenders first, in portions of one read each, from where `cursor` ended. Each comes with the
   * cursor after it.
   */
  listPrincipals(cursor: string): AsyncIterable<readonly ListedPrincipal[]>;
  /** All that is due, in portions of one read each. */
  due(now: Date): AsyncIterable<readonly DueItem[]>;
  /** @throws LeaseHeldError where another enforcer is at work on this subject. */
  lease<T>(subject: string, holder: string, work: () => Promise<T>): Promise<T>;
}

export interface IamDirectory {
  /**
   * What can be found out about these now, by `user/NAME` or `role/NAME`, within seconds. Who is not in the answer has
   * to be asked for again later: metering never waits for IAM, and never fails with it.
   */
  find(targets: readonly IamTarget[]): Promise<ReadonlyMap<string, IamRecord>>;
}

/** What is remembered of a principal from IAM. */
export interface KnownPrincipal {
  readonly team: string | undefined;
  /** What its tier tag says. */
  readonly tier?: string | undefined;
  /** The team that it draws from where that is not by its own tag: configuration names it, or its role. */
  readonly memberOf?: string | undefined;
  /** Where its own warnings go, by its contact tag. */
  readonly contact?: string | undefined;
  readonly uniqueId: string;
  /** When IAM said so. */
  readonly seenAt: Date;
}

export interface PrincipalRegistry {
  find(principals: readonly string[]): Promise<ReadonlyMap<string, KnownPrincipal>>;
  /** Notes it, with the membership of its team; whose team changed is evaluated again. */
  remember(principal: string, known: KnownPrincipal, before: KnownPrincipal | undefined): Promise<void>;
}

/** What the table holds of one subject. */
export interface KnownSubject {
  readonly subject: string;
  readonly state?: SubjectState | undefined;
  /** Only where an operator set one. */
  readonly operatorSpec?: BudgetSpec | undefined;
  /** Of a principal: the team and the tier that its IAM tags were seen to name. */
  readonly taggedTeam?: string | undefined;
  readonly taggedTier?: string | undefined;
  /** By window. */
  readonly balances: Readonly<Record<string, Balance>>;
}

/** What a report is made of. */
export interface KnownSubjects {
  /** Everyone, with the balances of these windows, at a pace that metering does not feel. */
  all(windows: readonly string[]): Promise<ReadonlyMap<string, KnownSubject>>;
}

/** What every known principal is held by. */
export interface PrincipalStates {
  /** In portions of one read each, at a pace that metering does not feel. */
  all(): AsyncIterable<readonly HeldState[]>;
}
