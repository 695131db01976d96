import { createHash } from 'node:crypto';
import { expensiveCalls } from '../../domain/control/expensive-calls.ts';
import { gradeOf, type Origin } from '../../domain/evidence/grade.ts';
import { type PossibleLines, whyNotBedrocks } from '../../domain/evidence/impossible-line.ts';
import { pointerOf } from '../../domain/evidence/pointer.ts';
import { type Ingested, nothingIngested, older } from '../../domain/metering/ingest-counts.ts';
import type { Invocation } from '../../domain/metering/invocation.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { readLine } from '../../domain/metering/read-line.ts';
import type { Ledger, PostResult, QuarantinedLine } from '../ports/ledger.ts';
import type { Subjects } from '../ports/subjects.ts';
import { type StampDeps, stampEntries } from './price-and-stamp.ts';

/** One line of a log, and where it stands. */
export interface SourceLine {
  readonly text: string;
  readonly source: string;
}

export interface IngestDeps extends StampDeps {
  readonly ledger: Ledger;
  readonly subjects: StampDeps['subjects'] & Pick<Subjects, 'raiseLater'>;
  /** What a claim may say at all. @default anything */
  readonly possible?: Pick<PossibleLines, 'accounts' | 'whyImpossible'> | undefined;
}

export interface Delivery {
  /** The same for every attempt at one delivery, and for no other. */
  readonly id: string;
  /** Ask the ledger first and post only what is missing: cheaper where a faster path came first. */
  readonly seenBefore: boolean;
  /** From where ingest itself read it. @default a log group, which takes lines from anyone */
  readonly origin?: Origin;
}

/**
 * Meters lines of invocation logs: parse, identify, price, post. A bad line is quarantined by pointer and never stops
 * the others. What an earlier attempt at the same delivery posted counts as posted, so that the attempt which succeeds
 * tells the truth about all of its lines.
 */
export async function ingestLines(
  lines: Iterable<SourceLine>,
  deps: IngestDeps,
  delivery: Delivery,
): Promise<Ingested> {
  const ingested = nothingIngested();
  const { counts } = ingested;
  const invocations: Invocation[] = [];
  const sources: string[] = [];
  const bad: QuarantinedLine[] = [];
  for (const { text, source } of lines) {
    const reading = readLine(text, deps.settings.labels);
    const quarantined = (reason: string) =>
      bad.push({ source, sha256: createHash('sha256').update(text).digest('hex'), reason });
    if (reading.kind === 'invocation') {
      const reason = notBedrocks(reading.invocation, source, delivery.origin, deps);
      if (reason !== undefined) {
        quarantined(reason);
        continue;
      }
      invocations.push(reading.invocation);
      sources.push(source);
    } else if (reading.kind === 'ignored') counts.ignored[reading.reason]++;
    else quarantined(reading.reason);
  }
  if (bad.length > 0) await deps.ledger.quarantine(bad, deps.clock());
  counts.quarantined += bad.length;

  const stamped = await stampEntries(invocations, delivery.id, deps);
  const entries = stamped.map((entry, index) => graded(entry, sources[index] ?? '', delivery.origin));
  const { fresh, posted, duplicates } = delivery.seenBefore
    ? await sorted(entries, deps.ledger)
    : { fresh: entries, posted: [], duplicates: [] };
  count(ingested, { posted, duplicates });
  const all = [...posted];
  for (const group of groupsOf(fresh)) {
    const result = await deps.ledger.post(group);
    count(ingested, result);
    all.push(...result.posted);
  }
  // Should this fail, the delivery comes again, and all that it posted counts as posted once more.
  for (const alert of expensiveCalls(all, deps.settings, deps.clock())) await deps.subjects.raiseLater(alert);
  return ingested;
}

const fromLog: Origin = { kind: 'log' };

/** What Bedrock wrote is true, however strange: only claims are asked. */
function notBedrocks(
  invocation: Invocation,
  source: string,
  origin: Origin = fromLog,
  { possible, settings, clock }: IngestDeps,
): string | undefined {
  if (possible === undefined || gradeOf(origin, invocation) === 'proof') return undefined;
  return whyNotBedrocks(invocation, source, {
    ...possible,
    now: clock(),
    ledgerDays: settings.ledgerDays,
  });
}

function graded(entry: LedgerEntry, source: string, origin: Origin = fromLog): LedgerEntry {
  const evidence = gradeOf(origin, entry);
  return evidence === 'proof' ? { ...entry, evidence } : { ...entry, evidence, pointer: pointerOf(source) };
}

function count(ingested: Ingested, { posted, duplicates }: PostResult): void {
  const { counts } = ingested;
  for (const { charge, timestamp } of posted) {
    if (charge.quality === 'ceiling') counts.unpriced++;
    else counts.posted++;
    if (charge.quality === 'assumed') ingested.assumed++;
    ingested.worstCase += charge.worstCase ?? 0n;
    ingested.spent += charge.cost;
    ingested.oldest = older(ingested.oldest, new Date(timestamp));
  }
  counts.duplicates += duplicates.length;
}

/** What the ledger lacks, and whose the rest is. A second copy in one delivery is a duplicate, which `post` handles. */
async function sorted(
  entries: readonly LedgerEntry[],
  ledger: Ledger,
): Promise<PostResult & { readonly fresh: readonly LedgerEntry[] }> {
  const existing = await ledger.existing(entries);
  const fresh: LedgerEntry[] = [];
  const posted = new Map<string, LedgerEntry>();
  const duplicates: LedgerEntry[] = [];
  for (const entry of entries) {
    const key = `${entry.key.pk} ${entry.key.sk}`;
    const by = existing.get(key);
    if (by === undefined) fresh.push(entry);
    else if (by === entry.delivery && !posted.has(key)) posted.set(key, entry);
    else duplicates.push(entry);
  }
  return { fresh, posted: [...posted.values()], duplicates };
}

/** Entries of one payer with the same windows share their balances, so they can share transactions. */
function groupsOf(entries: readonly LedgerEntry[]): LedgerEntry[][] {
  return Object.values(
    Object.groupBy(entries, ({ principal, team, windows }) => JSON.stringify([principal, team, windows])),
  ).filter((group) => group !== undefined);
}
