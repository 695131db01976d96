import type { Counted } from '../../domain/evidence/counted.ts';
import type { ObjectPlace } from '../../domain/evidence/grade.ts';
import type { Span } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { ObjectLine } from '../../domain/metering/object-line.ts';
import type { NanoUsd } from '../../domain/money.ts';

/** AWS's counters did not answer: that is not the same as having counted nothing. */
export class CountersUnreadableError extends Error {
  override name = 'CountersUnreadableError';
}

export interface Counters {
  /**
   * What AWS counted in one Region, by the model's name as callers spelt it.
   * @throws CountersUnreadableError
   */
  sums(region: string, from: Date, to: Date): Promise<ReadonlyMap<string, Counted>>;
}

/** Bedrock's objects did not answer: that is not the same as holding nothing. */
export class ObjectsUnreadableError extends Error {
  override name = 'ObjectsUnreadableError';
}

/** A line of one of Bedrock's objects, with the place that the object's key names. */
export interface PlacedLine {
  /** `s3://bucket/key`, without the line. */
  readonly object: string;
  readonly place: ObjectPlace;
  readonly line: ObjectLine;
}

export interface BedrockObjects {
  /**
   * Lines of all objects that Bedrock wrote in these hours, side-cars and markers left out.
   * @param hours UTC, `2026-11-22T12`
   * @throws ObjectsUnreadableError
   */
  lines(region: string, hours: readonly string[]): AsyncIterable<PlacedLine>;
}

/** A balance with what is unproven in it of one span. */
export interface UnprovenBalance {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly amount: NanoUsd;
}

/** A payer with claims in a span. */
export interface Claimant {
  readonly principal: string;
  /** Its own. */
  readonly balances: readonly UnprovenBalance[];
}

export interface UnprovenBalances {
  /** What is unproven in the account's balances of these windows, by span; one read. */
  ofAccount(windows: readonly string[]): Promise<ReadonlyMap<Span, readonly UnprovenBalance[]>>;
  /** @param shared the account's balances that have the span: they tell in which slots to look for payers */
  claimants(
    span: Span,
    shared: readonly UnprovenBalance[],
    windows: readonly string[],
  ): Promise<readonly Claimant[]>;
  /** What is unproven of the span in the roles' and teams' balances that these entries count in. */
  ofPools(span: Span, entries: readonly LedgerEntry[]): Promise<readonly UnprovenBalance[]>;
  /** Takes the span out of balances in which it still is what was read; answers whether it was in all. */
  clear(span: Span, balances: readonly UnprovenBalance[]): Promise<boolean>;
}

export interface PostedSpans {
  /** What is posted of calls of one Region between two times, by names in the ledger's keys; consistent. */
  of(names: readonly string[], region: string, from: Date, to: Date): Promise<readonly LedgerEntry[]>;
}

/** What is remembered of proofs. */
export interface EvidenceRecord {
  /** By Region: all before is proven, ISO 8601 UTC. */
  readonly provenThrough: Readonly<Record<string, string>>;
  /** Claims that fell, and what they cost, since the beginning. */
  readonly disproved: number;
  readonly disprovedCost: NanoUsd;
  /** Entries that a copy of Bedrock's changed when an hour was proven. */
  readonly corrected: number;
  /** Claims that said something else than Bedrock's copy. */
  readonly conflicts: number;
  /** Absent before the counters were ever read. */
  readonly look?: RoomLook | undefined;
}

/** What AWS's counters left to claims when they were last read. */
export interface RoomLook {
  /** Nano-USD. */
  readonly room: NanoUsd;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What was spent by each pool that waits, as it asked: nano-USD as decimal strings. */
  readonly asked: Readonly<Record<string, string>>;
}

/** Whoever proves, from outside. */
export interface Proofs {
  /** Undefined before the counters were ever read. */
  room(): Promise<RoomLook | undefined>;
  /** A pool is reached on claims: the counters are to be read at once, and the pool is toEvaluate then. */
  ask(pool: string, spent: NanoUsd): Promise<void>;
}

export interface EvidenceRecords {
  load(): Promise<EvidenceRecord>;
  /** All but the look. @param dueAt when a proof is due next; undefined where nothing is open */
  save(record: EvidenceRecord, dueAt: Date | undefined): Promise<void>;
  saveLook(look: RoomLook): Promise<void>;
}
