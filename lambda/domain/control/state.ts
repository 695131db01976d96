import type { SwitchPosition } from '../deny-policies/switch-policy.ts';
import type { Drift } from '../iam-events/drift.ts';
import type { Enforced, Holds } from './access.ts';
import type { Cause } from './cause.ts';
import type { Orders } from './orders.ts';
import type { WorkflowName } from './workflow-name.ts';

/** A workflow that was started for a hold and has not reported its end. */
export interface Pending {
  readonly workflow: WorkflowName;
  readonly window: string;
  readonly execution: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

export type AccountState = 'running' | 'halted';

/** The last attempt to enforce ended badly; tried again from `retryAt` on. */
export interface Failure {
  readonly at: string;
  readonly retryAt: string;
  readonly error: string;
}

/** Who paused enforcement, and why. */
export interface Pause {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}

/** Why a subject's state is what it is: one per version, and the audit entry of that version. */
export interface Change {
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
  readonly cause?: Cause | undefined;
  readonly window?: string | undefined;
  readonly execution?: string | undefined;
  /** Figures the decision was made with, as decimal strings. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

/** What is known of a subject beside its budget and balances. */
export interface SubjectState {
  /** Counts every change; the audit chain's position. */
  readonly version: number;
  readonly holds: Holds;
  /** Thresholds that were alerted, by window: never alerted again in it. */
  readonly alerted: Readonly<Record<string, readonly string[]>>;
  readonly pending: Readonly<Partial<Record<Cause, Pending>>>;
  /** Goes into execution names; every release and every failed execution increments it. */
  readonly counter: number;
  readonly enforced: Enforced;
  /** When evaluate last asked the enforcer by itself; ISO 8601 UTC. */
  readonly enforceAskedAt?: string | undefined;
  readonly failure?: Failure | undefined;
  /** Ids of alerts about holds that IAM does not carry: each is sent once. */
  readonly unenforced?: readonly string[] | undefined;
  /** A call that the deny should have stopped, of the suspension that began at `since`: alerted once each. */
  readonly leak?: { readonly since: string; readonly call: string } | undefined;
  /**
   * Windows that are stopped below their limit, each with the nano-USD that are kept back, as a decimal string: a stop
   * keeps its margin, or it would lift itself once nothing is spent.
   */
  readonly early?: Readonly<Record<string, string>> | undefined;
  /** Ids of the user's Bedrock API keys that we switched off, or are about to. */
  readonly keysOff?: readonly string[] | undefined;
  /** Of the account: enforcement is paused. Metering and alerts go on, nothing is held, lifted or touched in IAM. */
  readonly paused?: Pause | undefined;
  /** What operators ordered; `decide` follows the orders in force and drops those whose time is over. */
  readonly orders?: Orders | undefined;
  /** Executions of the override machine whose orders were taken, newest last: a repeated step finds its own. */
  readonly ordered?: readonly string[] | undefined;
  /** Of the account: what everyone was last brought to. Absent means running. */
  readonly accountState?: AccountState | undefined;
  /** Of the account: where the halt switch was last put. Absent means dormant. */
  readonly haltSwitch?: { readonly position: SwitchPosition; readonly at: string } | undefined;
  /** When admins were told of models without a price, by slot of the grace, ISO 8601 UTC: at most 64. */
  readonly unpricedTold?: Readonly<Record<string, string>> | undefined;
  /** What others did to our denies on it, and whether that is left as it is. */
  readonly drift?: Drift | undefined;
  /**
   * What its calls count in, by name (`month`, `day@anthropic.*`): what is new in the budget is caught up on. Absent where that
   * was never noted.
   */
  readonly counts?: readonly string[] | undefined;
  readonly lastChange: Change;
}

/** State of a subject at its first sight. */
export function firstState(at: string, reason: string, actor = 'ingest'): SubjectState {
  return {
    version: 1,
    holds: {},
    alerted: {},
    pending: {},
    counter: 0,
    enforced: { level: 'none', outcome: 'matched' },
    lastChange: { at, action: 'provision', actor, reason, before: 'unknown', after: 'active' },
  };
}

/** The next version of a state. */
export function changed(
  state: SubjectState,
  patch: Partial<Omit<SubjectState, 'version' | 'lastChange'>>,
  change: Change,
): SubjectState {
  return { ...state, ...patch, version: state.version + 1, lastChange: change };
}

/** A copy of a record without one key. */
export function without<T extends object, K extends keyof T>(record: T, key: K): Omit<T, K> {
  const { [key]: _dropped, ...rest } = record;
  return rest;
}
