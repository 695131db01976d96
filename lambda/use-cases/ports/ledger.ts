import type { CatchUp, PostedItem, Stamping } from '../../domain/control/catch-up.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { Repricing } from '../../domain/pricing/repricing.ts';
import type { UsagePosting } from '../../domain/usage-events/usage-event.ts';

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

/** Windows to be caught up on, and how far that is. */
export interface CatchUpJob extends CatchUp {
  readonly id: string;
  /** When this pass over the ledger began; undefined where none is under way. */
  readonly passBegan?: Date | undefined;
  /** The last partition of the ledger that this pass has done. */
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
