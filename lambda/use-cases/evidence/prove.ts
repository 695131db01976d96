import { leftOpen } from '../../domain/evidence/left-open.ts';
import { takenBack } from '../../domain/evidence/taken-back.ts';
import { partsOf, type Span } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { windowBounds, windowIdAt } from '../../domain/windows.ts';
import type { EvidenceRecord, EvidenceRecords } from '../ports/evidence.ts';
import type { Subjects } from '../ports/subjects.ts';
import { type ProveSpanDeps, proveSpan, type SpanOutcome } from './prove-span.ts';

export interface ProveDeps extends ProveSpanDeps {
  readonly evidence: EvidenceRecords;
  readonly subjects: ProveSpanDeps['subjects'] & Pick<Subjects, 'raise' | 'requestEvaluation'>;
  /** Regions that the stage collects from. */
  readonly regions: readonly string[];
}

export interface ProveOutcome {
  readonly proven: readonly Span[];
  /** Spans that stay open: claims without a copy that nothing contradicts yet, or what could not be read. */
  readonly open: readonly Span[];
  readonly taken: readonly LedgerEntry[];
  readonly corrected: number;
  /** Open spans that were told of: delivery is broken, or evidence was removed. */
  readonly told: readonly Span[];
  readonly failures: readonly { readonly span: Span; readonly error: unknown }[];
}

/** S3 is given so long after an hour: Bedrock gathers, and what was under way ends. */
const patienceMs = 30 * 60_000;
/** A span that stayed open is looked at again. */
const againMs = 10 * 60_000;
const hourMs = 3_600_000;

/**
 * Proves every hour that S3 had its time for and in which somebody has claims: holds the ledger against Bedrock's objects and
 * AWS's counters, corrects it, and takes the hour out of what is unproven. It may stop anywhere and run again. Where nothing
 * is unproven it is one read.
 */
export async function prove(deps: ProveDeps): Promise<ProveOutcome> {
  const now = deps.clock();
  const windows = accountWindows(now, deps.settings);
  const spans = await deps.unproven.ofAccount(windows);
  const due = [...spans.keys()]
    .filter((span) => partsOf(span).endsAt.getTime() + patienceMs <= now.getTime())
    .sort();
  const outcome = { proven: [] as Span[], open: [] as Span[], taken: [] as LedgerEntry[], corrected: 0 };
  const told: Span[] = [];
  const failures: ProveOutcome['failures'][number][] = [];
  const record = await deps.evidence.load();
  let [conflicts, disprovedCost] = [0, 0n];
  for (const span of due) {
    try {
      const done: SpanOutcome = await proveSpan(span, windows, deps);
      (done.proven ? outcome.proven : outcome.open).push(span);
      outcome.taken.push(...done.taken);
      for (const alert of takenBack(done.taken, span, deps.settings, now)) await deps.subjects.raise(alert);
      const open = done.open && leftOpen(span, done.open, deps.settings, now);
      if (open !== undefined) {
        told.push(span);
        await deps.subjects.raise(open);
      }
      outcome.corrected += done.corrected;
      conflicts += done.conflicts;
      disprovedCost += done.taken.reduce((sum, { charge }) => sum + charge.cost, 0n);
    } catch (error) {
      // One hour that cannot be read does not keep the others waiting.
      failures.push({ span, error });
      outcome.open.push(span);
    }
  }
  const open = [...spans.keys()].filter((span) => !outcome.proven.includes(span));
  const next: EvidenceRecord = {
    provenThrough: provenThrough(record, open, now, deps.regions),
    disproved: record.disproved + outcome.taken.length,
    disprovedCost: record.disprovedCost + disprovedCost,
    corrected: record.corrected + outcome.corrected,
    conflicts: record.conflicts + conflicts,
  };
  await deps.evidence.save(next, nextLook(open, now));
  return { ...outcome, told, failures };
}

/** All before the oldest open span of the Region, and before the last hour that S3 had its time for. It never goes back. */
function provenThrough(
  { provenThrough: before }: EvidenceRecord,
  open: readonly Span[],
  now: Date,
  regions: readonly string[],
): Record<string, string> {
  const last = Math.floor((now.getTime() - patienceMs) / hourMs) * hourMs;
  return Object.fromEntries(
    [...new Set([...regions, ...Object.keys(before)])].map((region) => {
      const starts = open.map(partsOf).filter((parts) => parts.region === region);
      const through = Math.min(last, ...starts.map(({ startsAt }) => startsAt.getTime()));
      return [region, new Date(Math.max(through, Date.parse(before[region] ?? '') || 0)).toISOString()];
    }),
  );
}

function nextLook(open: readonly Span[], now: Date): Date | undefined {
  const times = open.map((span) => {
    const due = partsOf(span).endsAt.getTime() + patienceMs;
    return due > now.getTime() ? due : now.getTime() + againMs;
  });
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** The account's longest window, which turns least often, and the one before: late calls count in that. */
export function accountWindows(
  now: Date,
  { accountBudget, timeZone }: ProveDeps['settings'],
): readonly string[] {
  const kind = (['month', 'week', 'day'] as const).find((each) => accountBudget[`${each}Usd`] !== undefined);
  if (kind === undefined) return [];
  const window = windowIdAt(kind, now, timeZone);
  const before = new Date(windowBounds(window, timeZone).startsAt.getTime() - 1);
  return [window, windowIdAt(kind, before, timeZone)];
}
