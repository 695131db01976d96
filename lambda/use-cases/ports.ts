import type { Webhook, WebhookJob } from '../contracts/alert-channels.ts';
import type { Anchor } from '../contracts/audit-archive.ts';
import type { BudgetSpec } from '../contracts/settings.ts';
import type { DenyStep, EnforcedStep, Enforcement, WorkflowName } from '../contracts/workflows.ts';
import type { AuditEntry } from '../domain/audit-chain.ts';
import type { Alert } from '../domain/control/alert.ts';
import type { ApiKey } from '../domain/control/api-keys.ts';
import type { CatchUp, PostedItem, Stamping } from '../domain/control/catch-up.ts';
import type { Balance } from '../domain/control/crossings.ts';
import type { Action } from '../domain/control/decide.ts';
import type { SubjectState } from '../domain/control/state.ts';
import type { FencedSession } from '../domain/deny-policies/fence-policy.ts';
import type { PolicyText } from '../domain/deny-policies/policy-text.ts';
import type { HeldState } from '../domain/iam-events/compare-carriers.ts';
import type { LoggingConfig, LoggingRecord } from '../domain/logging/logging-config.ts';
import type { LedgerEntry } from '../domain/metering/ledger-entry.ts';
import type { Digest, Topic } from '../domain/notify/digest.ts';
import type { ModelShare } from '../domain/notify/figures.ts';
import type { Pace } from '../domain/pace/pace.ts';
import type { Repricing } from '../domain/pricing/repricing.ts';
import type { ReportKind } from '../domain/report/report-period.ts';
import type { UsagePosting } from '../domain/usage-events/usage-event.ts';

/** Now, UTC. */
export type Clock = () => Date;
export type Sleep = (milliseconds: number) => Promise<void>;

export interface PostResult {
  /** Entries that this delivery posted, in this attempt or in an earlier one. */
  readonly posted: readonly LedgerEntry[];
  readonly duplicates: readonly LedgerEntry[];
}

/** Where the line stands that could not be read: never the line itself. */
export interface QuarantinedLine {
  /** `s3://bucket/key#line`, or `logs://group/stream#eventId`. */
  readonly source: string;
  readonly sha256: string;
  readonly reason: string;
}

export interface Ledger {
  /**
   * Of these entries, those that are posted already and that they cannot tell anything new about, as `pk sk`, each with
   * the delivery that posted it.
   */
  existing(entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Puts entries of one payer that share their windows, with their cost added to the balances, each exactly once. What
   * is posted already is a duplicate; if the duplicate knows better, it gives the posted entry its price.
   */
  post(entries: readonly LedgerEntry[]): Promise<PostResult>;
  /**
   * Gives posted entries another charge and moves the difference between the balances that their stamps name, each
   * exactly once. Answers those that were no longer what was read, as they are now: nothing was done about these.
   */
  reprice(repricings: readonly Repricing[]): Promise<readonly LedgerEntry[]>;
  quarantine(lines: readonly QuarantinedLine[], at: Date): Promise<void>;
}

export interface UsageLedger {
  /**
   * Puts the event, prices it beyond the free tier and adds its cost to the balances, exactly once. An id that stands
   * for something else already is not posted.
   */
  post(posting: UsagePosting): Promise<'posted' | 'duplicate' | 'reused-id'>;
}

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
  | Exclude<Action, { type: 'wake' }>
  | { readonly type: 'alert'; readonly alert: Alert }
  | { readonly type: 'wake'; readonly subjects: readonly string[] };

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
  readonly wake?: boolean;
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

export interface RosterEntry {
  readonly subject: string;
  readonly cursor: string;
}

export type DueItem =
  | { readonly kind: 'look'; readonly subject: string }
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
  wake(subject: string): Promise<void>;
  setDue(subject: string, at: Date | undefined): Promise<void>;
  /** Keeps it, with its rank in the roster, unless another one was kept meanwhile. */
  keepPace(subject: string, kept: KeptPace): Promise<void>;
  /** Has the next sweep raise an alert, once however often it is asked for. */
  raiseLater(alert: Alert): Promise<void>;
  /** Writes an alert unless there is one of its name. */
  raise(alert: Alert): Promise<void>;
  /**
   * Every principal, dearest burners first, in portions of one read each, from where `cursor` ended. Each comes with the
   * cursor after it.
   */
  roster(cursor: string): AsyncIterable<readonly RosterEntry[]>;
  /** All that is due, in portions of one read each. */
  due(now: Date): AsyncIterable<readonly DueItem[]>;
  /** @throws LeaseHeldError where another enforcer is at work on this subject. */
  lease<T>(subject: string, holder: string, work: () => Promise<T>): Promise<T>;
}

/** Windows to be caught up on, and how far that is. */
export interface CatchUpJob extends CatchUp {
  readonly id: string;
  /** When this pass over the ledger began; undefined where none is under way. */
  readonly passBegan?: Date | undefined;
  /** The last partition of the ledger that this pass has seen to. */
  readonly cursor?: string | undefined;
}

export interface CatchUpJobs {
  /** What is to be done by now, the oldest first, in portions of one read each. */
  due(now: Date): AsyncIterable<readonly CatchUpJob[]>;
  /** @param dueAt when it is to be gone on with */
  keep(job: CatchUpJob, dueAt: Date): Promise<void>;
  remove(job: CatchUpJob): Promise<void>;
}

/** Whoever catches up, from outside. */
export interface CatchUps {
  /** Whether there is anything to be done by now. */
  waiting(now: Date): Promise<boolean>;
  /** Asks for it to be done; one that is at it already finds the new work by itself. */
  ask(): Promise<void>;
}

/** What the ledger holds, to be stamped with windows that were not known when it was posted. */
export interface PostedItems {
  /** One partition, in portions of one read each, with the read units that each took. */
  of(partition: string): AsyncIterable<{ readonly items: readonly PostedItem[]; readonly units: number }>;
  /**
   * Adds windows to items' stamps, and their cost to the balances of these, each exactly once. Answers items that were no
   * longer what was read, as they are now: nothing was done about these.
   */
  stamp(stampings: readonly Stamping[]): Promise<readonly PostedItem[]>;
}

export type ExecutionStatus = 'running' | 'succeeded' | 'failed' | 'missing';

export interface Workflows {
  /** Starts the execution of this name unless it ever was. */
  start(action: Extract<Action, { type: 'start' }>, subject: string): Promise<void>;
  status(workflow: WorkflowName, execution: string): Promise<ExecutionStatus>;
}

export interface Enforcer {
  /** Asks for IAM to be made to match; whether it waits for that is the adapter's matter. */
  ask(subject: string): Promise<void>;
}

/** What the front door saw of an order, and the token of the execution that waits for a second person. */
export interface OverrideRecord {
  /** Principal id of the verified caller. */
  readonly requestedBy: string;
  readonly callerArn: string;
  /** Of the request as it was sent. */
  readonly digest: string;
  readonly token?: string | undefined;
}

export interface OverrideRecords {
  /** Undefined for an execution that was started directly. */
  find(execution: string): Promise<OverrideRecord | undefined>;
  /** Only the front door may: what it writes here is what makes a request verified. */
  keep(execution: string, record: OverrideRecord): Promise<void>;
  keepToken(execution: string, token: string): Promise<void>;
}

/** The override machine, from the front door's side. */
export interface OverrideMachine {
  start(execution: string, input: unknown): Promise<void>;
  /** @throws NobodyWaitsError where the execution has ended or its time was up */
  approve(token: string, approval: { readonly approvedBy: string; readonly reason: string }): Promise<void>;
  /** @throws NobodyWaitsError */
  reject(token: string, error: string, cause: string): Promise<void>;
}

/** The execution that would be answered does not wait any more. */
export class NobodyWaitsError extends Error {
  override name = 'NobodyWaitsError';
}

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
  attached(target: IamTarget): Promise<ReadonlySet<DenyStep>>;
  /** @throws PrincipalGoneError, PolicyQuotaError, UnenforceableError */
  attach(target: IamTarget, step: DenyStep): Promise<void>;
  /** Detaching what is not attached is done. */
  detach(target: IamTarget, step: DenyStep): Promise<void>;
  /** Takes the standing policy off, where it is what fills the last slot; answers whether it did. @default there is none */
  makeRoom?(target: IamTarget): Promise<boolean>;
  /** Whether IAM's own simulation denies a call that this step has to deny. */
  denies(target: IamTarget, step: DenyStep): Promise<boolean>;
}

/** The policy whose default version is the halt switch. */
export interface StandingVersions {
  /** None where there is no such policy. */
  versions(): Promise<readonly StandingVersion[]>;
  /** Makes a version the one that is in force. */
  choose(id: string): Promise<void>;
  /** Of one that is not in force; one that is gone is done. */
  remove(id: string): Promise<void>;
}

/** Who carries the halt switch's policy. */
export interface StandingCarriers {
  /** How many managed policies a principal carries, ours included. @throws PrincipalGoneError */
  count(target: IamTarget): Promise<number>;
  /** @throws PrincipalGoneError, PolicyQuotaError, UnenforceableError */
  attach(target: IamTarget): Promise<void>;
}
export interface StandingVersion {
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

/** Something of ours that stops someone, and how it is taken back. */
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
export interface NotedJobs {
  note(subject: string, jobArn: string): Promise<void>;
  of(subject: string): Promise<readonly string[]>;
  forget(subject: string, jobArn: string): Promise<void>;
  /** Whether this caller is to look at all jobs now: of many that ask within two minutes, one is. */
  takeSweep(now: Date): Promise<boolean>;
}

/** The inline policy of a shared role that denies its single sessions. */
export interface Fence {
  /** Undefined where the role has none of ours. */
  read(roleName: string): Promise<unknown>;
  /** Undefined takes it away. @throws PolicyQuotaError where the role's inline policies leave no room */
  write(roleName: string, policy: PolicyText | undefined): Promise<void>;
}

/** Who of a shared role's sessions is held: what the fence is rendered from. */
export interface FencedSessions {
  of(roleName: string): Promise<readonly FencedSession[]>;
  /** `none` takes the session out. */
  set(roleName: string, session: string, step: EnforcedStep): Promise<void>;
}

/** What IAM says of a user or role. */
export interface IamRecord {
  readonly arn: string;
  readonly path: string;
  /** AIDA… or AROA…: names get reused, ids do not. */
  readonly uniqueId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface IamDirectory {
  /**
   * What can be found out about these now, by `user/NAME` or `role/NAME`, within seconds. Who is not in the answer has
   * to be asked for again later: metering never waits for IAM, and never fails with it.
   */
  look(targets: readonly IamTarget[]): Promise<ReadonlyMap<string, IamRecord>>;
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

/** Whose values are counted: those of one label in one month (`2026-11`). */
export interface LabelKey {
  readonly month: string;
  readonly key: string;
  /** So many are kept. */
  readonly most: number;
}

export interface LabelValues {
  /** Values of the label that are kept, those of `values` among them that were known or that there was still room for. */
  admit(label: LabelKey, values: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface ProfileDirectory {
  /**
   * ARNs of the models that application inference profiles route to, by the profile's ARN, as far as Bedrock tells them
   * within seconds. It never fails: metering goes on without what is missing.
   */
  modelsOf(profileArns: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** Where an alert or a digest stands in the table of alerts. */
export interface AlertKey {
  readonly subject: string;
  readonly sortKey: string;
}

/** `open` counts tries of which nobody knows how they ended, this one included. */
export type Claim =
  | { readonly kind: 'open'; readonly tries: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'folded'; readonly digest: string };

/** What became of alerts, kept in their items: which channel has which. */
export interface AlertDeliveries {
  /** Notes that `attempt` is about to tell this channel, unless it was told, or (for admins) a digest told it. */
  claim(key: AlertKey, channel: string, attempt: string): Promise<Claim>;
  /** The channel has it. */
  confirm(key: AlertKey, channel: string, at: Date): Promise<void>;
  /** The channel refused it or did not answer: this attempt does not count. */
  release(key: AlertKey, channel: string, attempt: string): Promise<void>;
  /** Gives an alert to a digest, unless it was told or folded before: then the answer says which. */
  fold(key: AlertKey, digest: string): Promise<Exclude<Claim, { kind: 'open' }>>;
  /** Puts a digest unless it is there. */
  keepDigest(digest: Digest): Promise<void>;
  findDigest(topic: Topic, id: string): Promise<Digest | undefined>;
  /** Takes so many messages of a topic's minute. @returns how many were taken before */
  takeMessages(topic: Topic, minute: string, count: number): Promise<number>;
}

/** What a principal called lately. */
export interface RecentModels {
  /** Of its latest calls on that UTC day, the dearest model first; empty where it cannot be told in time. */
  of(principal: string, at: Date, account: string): Promise<readonly ModelShare[]>;
}

/** Takes what has to be posted to webhooks, and sees to it that none is lost. */
export interface WebhookQueue {
  send(job: WebhookJob): Promise<void>;
}

/** The receiver refused, was out of reach, or took too long. The message never names the address: it is a secret. */
export class WebhookFailedError extends Error {
  override name = 'WebhookFailedError';
}

export interface WebhookPoster {
  /** @throws WebhookFailedError */
  post(webhook: Webhook, body: string): Promise<void>;
}

export interface Message {
  /** At most 100 characters of ASCII, as SNS demands. */
  readonly subject: string;
  readonly body: string;
  readonly critical: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** What other than e-mail gets. @default the body */
  readonly forms?: { readonly sms: string; readonly json: Readonly<Record<string, unknown>> };
}

export interface Publisher {
  publish(message: Message): Promise<void>;
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

/** Which reports went out. */
export interface ReportLooks {
  /** UTC day of the last one, `2026-11-22`. */
  last(kind: ReportKind): Promise<string | undefined>;
  save(kind: ReportKind, day: string): Promise<void>;
}

export interface AuditLog {
  /** The newest entry of a subject's chain. */
  head(subject: string): Promise<AuditEntry | undefined>;
  /** Inserts; answers false where the entry's place is taken. */
  insert(entry: AuditEntry): Promise<boolean>;
}

/** All chains, to be read through now and then. */
export interface AuditChains {
  subjects(): AsyncIterable<string>;
  /** A subject's entries from this version on, in order. */
  entriesFrom(subject: string, version: number): Promise<readonly AuditEntry[]>;
}

/** Where what was written cannot be changed: a key is given once. */
export interface AuditArchive {
  latestAnchor(): Promise<Anchor | undefined>;
  /** Answers false where the key is taken; what is there stays. */
  putOnce(key: string, text: string): Promise<boolean>;
}

/** Bedrock does not take the configuration (yet): it could not write to one of the destinations. */
export class LoggingRefusedError extends Error {
  override name = 'LoggingRefusedError';
}

/** Bedrock's invocation logging in this Region. */
export interface InvocationLogging {
  /** Undefined where it is off. */
  read(): Promise<LoggingConfig | undefined>;
  /** Replaces it; undefined turns it off. @throws LoggingRefusedError */
  write(config: LoggingConfig | undefined): Promise<void>;
}

/** What the deployment remembers of the logging that it found. */
export interface LoggingRecords {
  find(): Promise<LoggingRecord | undefined>;
  save(record: LoggingRecord): Promise<void>;
  remove(): Promise<void>;
}

export interface LogSubscription {
  readonly name: string;
  readonly destinationArn: string;
}

export interface LogDestinations {
  /** Undefined where there is no such log group. */
  subscriptions(logGroupName: string): Promise<readonly LogSubscription[] | undefined>;
  /** Whether the bucket tells EventBridge of its objects; undefined where there is no such bucket. */
  announcesObjects(bucketName: string): Promise<boolean | undefined>;
  /** Names of the EventBridge rules that pass on what this bucket tells. */
  rulesOn(bucketName: string): Promise<readonly string[]>;
}

/** AWS's Price List, as it is today. */
export interface PriceList {
  /** Products of everything that Bedrock bills, all pages; a product as the API writes it. */
  products(): AsyncIterable<string>;
}

/** What the deployment remembers of its last look at the price list. */
export interface PriceLook {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Of what was last told to the operators; undefined where there was nothing to tell. */
  readonly reported: string | undefined;
  /** Last day (UTC) on which the list confirmed a price, by model, scope and tier; empty unless it is to be noted. */
  readonly confirmed: Readonly<Record<string, string>>;
}

export interface PriceLooks {
  last(): Promise<PriceLook | undefined>;
  save(look: PriceLook): Promise<void>;
}

/** Someone who carries one of our policies. */
export interface DenyCarrier {
  readonly type: 'user' | 'role' | 'group';
  readonly name: string;
  readonly policyArn: string;
}

/** Executions of our state machines that have not ended. */
export interface RunningExecutions {
  /** Their ARNs; none where there is no such machine. */
  of(machineArn: string): Promise<readonly string[]>;
  /** Ending what has ended is done. */
  end(executionArn: string, why: string): Promise<void>;
}

/** What every known principal is held by. */
export interface PrincipalStates {
  /** In portions of one read each, at a pace that metering does not feel. */
  all(): AsyncIterable<readonly HeldState[]>;
}

export interface DenyCarriers {
  /** Everyone who carries this policy; nobody where it does not exist. */
  of(policyArn: string): Promise<readonly DenyCarrier[]>;
  /** Detaching what is not attached is done. */
  release(carrier: DenyCarrier): Promise<void>;
}

export type { DenyStep, Enforcement };
