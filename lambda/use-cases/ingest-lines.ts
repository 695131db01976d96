import { createHash } from 'node:crypto';
import type { Settings } from '../contracts/settings.ts';
import { specFor, toBudget } from '../domain/control/budget.ts';
import { firstState } from '../domain/control/state.ts';
import { accountSubject, scopeOf, teamOf } from '../domain/control/subject.ts';
import { type Ingested, nothingIngested, older } from '../domain/metering/ingest-counts.ts';
import type { Invocation } from '../domain/metering/invocation.ts';
import type { LedgerEntry } from '../domain/metering/ledger-entry.ts';
import { ledgerKey } from '../domain/metering/ledger-key.ts';
import { readLine } from '../domain/metering/read-line.ts';
import { charge } from '../domain/pricing/charge.ts';
import { identify } from '../domain/principal.ts';
import { windowIdAt } from '../domain/windows.ts';
import type { Clock, Ledger, PostResult, QuarantinedLine, Subjects } from './ports.ts';

/** One line of a log, and where it stands. */
export interface SourceLine {
  readonly text: string;
  readonly source: string;
}

export interface IngestDeps {
  readonly ledger: Ledger;
  readonly subjects: Pick<Subjects, 'definitions' | 'provision'>;
  readonly settings: Settings;
  readonly clock: Clock;
}

export interface Delivery {
  /** The same for every attempt at one delivery, and for no other. */
  readonly id: string;
  /** Ask the ledger first and post only what is missing: cheaper where a faster path came first. */
  readonly seenBefore: boolean;
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
  const bad: QuarantinedLine[] = [];
  for (const { text, source } of lines) {
    const reading = readLine(text);
    if (reading.kind === 'invocation') invocations.push(reading.invocation);
    else if (reading.kind === 'ignored') counts.ignored[reading.reason]++;
    else
      bad.push({ source, sha256: createHash('sha256').update(text).digest('hex'), reason: reading.reason });
  }
  if (bad.length > 0) await deps.ledger.quarantine(bad, deps.clock());
  counts.quarantined += bad.length;

  const entries = await entriesOf(invocations, delivery, deps);
  const { fresh, posted, duplicates } = delivery.seenBefore
    ? await sorted(entries, deps.ledger)
    : { fresh: entries, posted: [], duplicates: [] };
  count(ingested, { posted, duplicates });
  for (const group of groupsOf(fresh)) count(ingested, await deps.ledger.post(group));
  return ingested;
}

function count(ingested: Ingested, { posted, duplicates }: PostResult): void {
  const { counts } = ingested;
  for (const { charge, timestamp } of posted) {
    if (charge.quality === 'ceiling') counts.unpriced++;
    else counts.posted++;
    ingested.spent += charge.cost;
    ingested.oldest = older(ingested.oldest, new Date(timestamp));
  }
  counts.duplicates += duplicates.length;
}

/** What the ledger lacks, and whose the rest is. A second copy in one delivery is a duplicate: `post` sees to it. */
async function sorted(
  entries: readonly LedgerEntry[],
  ledger: Ledger,
): Promise<PostResult & { readonly fresh: readonly LedgerEntry[] }> {
  const existing = await ledger.existing(entries.map((entry) => entry.key));
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

/** Prices and stamps invocations; whoever is seen for the first time is provisioned before anything is posted. */
async function entriesOf(
  invocations: readonly Invocation[],
  { id: delivery }: Delivery,
  deps: IngestDeps,
): Promise<LedgerEntry[]> {
  const { settings } = deps;
  const payers = invocations.map((invocation) => identify(invocation.identityArn, settings));
  const teams = payers.map((payer) => teamOf(payer.id, settings));
  const covering = [...payers.map((payer) => payer.id), ...teams.filter((team) => team !== undefined)];
  const subjects = [...new Set(covering.length > 0 ? [...covering, accountSubject] : [])];
  const kinds = await windowKindsOf(subjects, deps);

  return invocations.flatMap((invocation, index) => {
    const payer = payers[index];
    if (payer === undefined) return [];
    const team = teams[index];
    const at = new Date(invocation.timestamp);
    const windows = (subject: string | undefined) =>
      (subject === undefined ? [] : (kinds.get(subject) ?? [])).map((kind) =>
        windowIdAt(kind, at, settings.timeZone),
      );
    const { requestId, timestamp, account, region, operation, modelId, usage } = invocation;
    return {
      key: ledgerKey(invocation, payer.ledgerName),
      ...{ delivery, requestId, timestamp, account, region, operation, modelId, usage, team },
      principal: payer.id,
      charge: charge(invocation, settings),
      windows: { principal: windows(payer.id), team: windows(team), account: windows(accountSubject) },
    };
  });
}

async function windowKindsOf(subjects: readonly string[], { subjects: store, settings, clock }: IngestDeps) {
  const definitions = await store.definitions(subjects);
  const at = clock().toISOString();
  for (const subject of subjects) {
    if (definitions.has(subject)) continue;
    await store.provision(subject, firstState(at, 'Seen for the first time in the invocation log.'));
  }
  return new Map(
    subjects.map((subject) => {
      const spec = specFor(subject, definitions.get(subject), settings);
      const limits = spec === undefined ? [] : toBudget(spec, scopeOf(subject)).limits;
      return [subject, limits.map((limit) => limit.kind)] as const;
    }),
  );
}

/** Entries of one payer with the same windows share their balances, so they can share transactions. */
function groupsOf(entries: readonly LedgerEntry[]): LedgerEntry[][] {
  return Object.values(
    Object.groupBy(entries, ({ principal, team, windows }) => JSON.stringify([principal, team, windows])),
  ).filter((group) => group !== undefined);
}
