import { createHash } from 'node:crypto';
import { expensiveCalls } from '../../domain/control/expensive-calls.ts';
import { gradeOf, type Origin } from '../../domain/evidence/grade.ts';
import { type PossibleLines, whyNotBedrocks } from '../../domain/evidence/impossible-line.ts';
import { pointerOf } from '../../domain/evidence/pointer.ts';
import { type Ingested, nothingIngested, older } from '../../domain/metering/ingest-counts.ts';
import type { Invocation } from '../../domain/metering/invocation.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { readLine } from '../../domain/metering/read-line.ts';
import type { Profiles } from '../../domain/pricing/resolve-model.ts';
import type { Ledger, PostResult, QuarantinedLine } from '../ports/ledger.ts';
import type { Subjects } from '../ports/subjects.ts';
import { type StampDeps, stampEntries } from './price-and-stamp.ts';
import { resolveProfiles } from './resolve-profiles.ts';

/** One line of a log, and where it stands. */
export interface SourceLine {
  readonly text: string;
  readonly source: string;
}

export interface PossibleClaims extends Pick<PossibleLines, 'accounts'> {
  /** Why no model could have made such a call, by what its profile stands for. @default any could */
  readonly whyImpossible?: ((invocation: Invocation, profiles: Profiles) => string | undefined) | undefined;
}

export interface IngestDeps extends StampDeps {
  readonly ledger: Ledger;
  readonly subjects: StampDeps['subjects'] & Pick<Subjects, 'raiseLater'>;
  /** What a claim may say at all. @default anything */
  readonly possible?: PossibleClaims | undefined;
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
  const bad: QuarantinedLine[] = [];
  const read: Read[] = [];
  const quarantined = ({ text, source }: SourceLine, reason: string) =>
    bad.push({ source, sha256: createHash('sha256').update(text).digest('hex'), reason });
  for (const line of lines) {
    const reading = readLine(line.text, deps.settings.labels);
    if (reading.kind === 'invocation') read.push({ line, invocation: reading.invocation });
    else if (reading.kind === 'ignored') counts.ignored[reading.reason]++;
    else quarantined(line, reading.reason);
  }
  const why = await notBedrocks(read, delivery.origin, deps);
  const taken = read.filter(({ line, invocation }) => {
    const reason = why(invocation, line.source);
    if (reason !== undefined) quarantined(line, reason);
    return reason === undefined;
  });
  if (bad.length > 0) await deps.ledger.quarantine(bad, deps.clock());
  counts.quarantined += bad.length;

  const stamped = await stampEntries(
    taken.map(({ invocation }) => invocation),
    delivery.id,
    deps,
  );
  const entries = stamped.map((entry, index) =>
    graded(entry, taken[index]?.line.source ?? '', delivery.origin),
  );
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

interface Read {
  readonly line: SourceLine;
  readonly invocation: Invocation;
}

/** What Bedrock wrote is true, however strange: only claims are asked. */
async function notBedrocks(
  read: readonly Read[],
  origin: Origin = fromLog,
  deps: IngestDeps,
): Promise<(invocation: Invocation, source: string) => string | undefined> {
  const { possible, settings, clock } = deps;
  const claims = read
    .map(({ invocation }) => invocation)
    .filter((invocation) => gradeOf(origin, invocation) === 'claim');
  if (possible === undefined || claims.length === 0) return () => undefined;
  const profiles = possible.whyImpossible === undefined ? {} : await resolveProfiles(claims, deps);
  const limits = {
    accounts: possible.accounts,
    ...{ now: clock(), ledgerDays: settings.ledgerDays },
    whyImpossible: (invocation: Invocation) => possible.whyImpossible?.(invocation, profiles),
  };
  return (invocation, source) =>
    gradeOf(origin, invocation) === 'proof' ? undefined : whyNotBedrocks(invocation, source, limits);
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
