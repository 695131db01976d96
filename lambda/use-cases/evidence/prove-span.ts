import { compareSpan, type SpanVerdict } from '../../domain/evidence/compare-span.ts';
import { addCounted, type Counted, type CountedModels } from '../../domain/evidence/counted.ts';
import { type CalledModel, counterModel } from '../../domain/evidence/counter-model.ts';
import type { OpenSpan } from '../../domain/evidence/left-open.ts';
import { partsOf, type Span } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { priceBook } from '../../domain/pricing/price-book.ts';
import type { Repricing } from '../../domain/pricing/repricing.ts';
import type { Profiles } from '../../domain/pricing/resolve-model.ts';
import { ledgerNameOf } from '../../domain/principal.ts';
import { windowIdAt, windowKinds } from '../../domain/windows.ts';
import type { IngestDeps } from '../metering/ingest-lines.ts';
import { resolveProfiles } from '../metering/resolve-profiles.ts';
import {
  type Claimant,
  type Counters,
  CountersUnreadableError,
  type PostedSpans,
  type UnprovenBalances,
} from '../ports/evidence.ts';
import { bringWritten, type ReadWritten, readWritten, type WrittenDeps } from './read-written.ts';

export interface ProveSpanDeps extends IngestDeps, WrittenDeps {
  readonly unproven: UnprovenBalances;
  readonly posted: PostedSpans;
  readonly counters: Counters;
  /** Told of what could not be read: nothing is taken back then. */
  readonly unread?: ((span: Span, error: unknown) => void) | undefined;
}

export interface SpanOutcome {
  readonly proven: boolean;
  /** Claims that fell, as they were. */
  readonly taken: readonly LedgerEntry[];
  readonly corrected: number;
  readonly conflicts: number;
  /** Of an hour that stays open: why, and with what. */
  readonly open: OpenSpan | undefined;
}

/** What is brought or falls is looked at once more, and what others did meanwhile; the next run goes on. */
const rounds = 3;
const hourMs = 3_600_000;
/** Bedrock's objects may be a day late. */
const latestHours = 24;

/** Proves one Region and hour. */
export async function proveSpan(
  span: Span,
  accountWindows: readonly string[],
  deps: ProveSpanDeps,
): Promise<SpanOutcome> {
  const { region } = partsOf(span);
  const taken: LedgerEntry[] = [];
  let [corrected, conflicts, proven] = [0, 0, false];
  let open: OpenSpan | undefined;
  const profiles = new Map<string, Profiles>();
  let written = await readWritten(span, hoursOf(span, deps.clock(), 2), deps);
  const counts = await countersOf(span, deps);
  for (let round = 1; round <= rounds && !proven; round++) {
    // Before anything of the ledger is read: what comes meanwhile changes these, and stays unproven.
    const shared = (await deps.unproven.ofAccount(accountWindows)).get(span) ?? [];
    const claimants = await deps.unproven.claimants(span, shared, windowsOf(span, deps.settings.timeZone));
    const held = await ledgerOf(span, claimants, written, deps);
    const known = await profilesOf([...held, ...written.lines.values()], counts, region, profiles, deps);
    let verdict = compare(held, written, counts, known);
    if (verdict.stand.length > 0 && !written.late) {
      // Late objects lie in the folders of later hours.
      written = await readWritten(span, hoursOf(span, deps.clock(), latestHours), deps);
      verdict = compare(held, written, counts, known);
    }
    const { why, stand } = verdict;
    open = why && { why, stand, written: written.lines.size > 0 };
    if (verdict.bring.length > 0 || verdict.disprove.length > 0) {
      corrected += verdict.bring.length;
      conflicts += verdict.conflicts;
      await bringWritten(span, verdict.bring, written, deps);
      taken.push(...(await disprove(verdict.disprove, deps)));
      continue;
    }
    proven = await clear(span, { claimants, shared, held, verdict }, deps);
    break;
  }
  return { proven, taken, corrected, conflicts, open };
}

/** The hour's own folder and those after it, up to now. */
function hoursOf(span: Span, now: Date, most: number): string[] {
  const { startsAt } = partsOf(span);
  const hours = Array.from({ length: most }, (_, index) => new Date(startsAt.getTime() + index * hourMs));
  return hours
    .filter((hour) => hour <= now)
    .map((hour) => hour.toISOString().slice(0, 'yyyy-mm-ddThh'.length));
}

/** An hour of UTC may lie in two days of the stage's zone. */
function windowsOf(span: Span, timeZone: string): string[] {
  const { startsAt, endsAt } = partsOf(span);
  const ends = [startsAt, new Date(endsAt.getTime() - 1)];
  return [...new Set(ends.flatMap((at) => windowKinds.map((kind) => windowIdAt(kind, at, timeZone))))];
}

async function ledgerOf(
  span: Span,
  claimants: readonly Claimant[],
  written: ReadWritten,
  { posted }: ProveSpanDeps,
): Promise<readonly LedgerEntry[]> {
  const { region, startsAt, endsAt } = partsOf(span);
  const names = [...claimants.map(({ principal }) => ledgerNameOf(principal)), ...written.names];
  return posted.of([...new Set(names)], region, startsAt, endsAt);
}

/** By the name that callers used; undefined where AWS does not tell. */
async function countersOf(
  span: Span,
  { counters, unread }: ProveSpanDeps,
): Promise<CountedModels | undefined> {
  const { region, startsAt, endsAt } = partsOf(span);
  try {
    return await counters.sums(region, startsAt, endsAt);
  } catch (error) {
    if (!(error instanceof CountersUnreadableError)) throw error;
    unread?.(span, error);
    return undefined;
  }
}

function compare(
  posted: readonly LedgerEntry[],
  { lines, whole, account, region }: ReadWritten,
  counts: CountedModels | undefined,
  profiles: Profiles,
): SpanVerdict {
  const modelOf = (call: CalledModel) => counterModel(call, profiles, priceBook);
  const counted = new Map<string, Counted>();
  for (const [name, sums] of counts ?? []) {
    const model = modelOf({ modelId: name, region, account });
    const before = counted.get(model);
    counted.set(model, before === undefined ? sums : addCounted(before, sums));
  }
  return compareSpan({
    posted,
    written: [...lines.values()],
    counted: counts === undefined ? undefined : counted,
    whole,
    modelOf,
  });
}

/** What application profiles stand for, in whoever's spelling they come. */
async function profilesOf(
  calls: readonly CalledModel[],
  counts: CountedModels | undefined,
  region: string,
  known: Map<string, Profiles>,
  deps: ProveSpanDeps,
): Promise<Profiles> {
  const account = calls[0]?.account ?? deps.account;
  const names = [...calls, ...[...(counts?.keys() ?? [])].map((modelId) => ({ modelId, region, account }))];
  const key = JSON.stringify([...new Set(names.map(({ modelId }) => modelId))].sort());
  const found =
    known.get(key) ??
    (await resolveProfiles(
      names.map((call) => ({
        ...{ requestId: '', timestamp: '', operation: '', identityArn: undefined, usage: undefined },
        ...{ guardrailBlockedInput: false, bodyModel: undefined, flags: [] },
        ...{ modelId: call.modelId, region: call.region, account: call.account },
      })),
      deps,
    ));
  known.set(key, found);
  return found;
}

/** Answers what fell: what a copy corrected meanwhile did not. */
async function disprove(
  disproofs: readonly Repricing[],
  { ledger }: ProveSpanDeps,
): Promise<readonly LedgerEntry[]> {
  if (disproofs.length === 0) return [];
  const changed = new Set((await ledger.reprice(disproofs)).map(idOf));
  return disproofs.map(({ from }) => from).filter((entry) => !changed.has(idOf(entry)));
}

interface Clearing {
  readonly claimants: readonly Claimant[];
  readonly shared: Claimant['balances'];
  readonly held: readonly LedgerEntry[];
  readonly verdict: SpanVerdict;
}

/** Takes the span out of the balances of everyone who has nothing open in it, and in the end out of what they share. */
async function clear(
  span: Span,
  { claimants, shared, held, verdict }: Clearing,
  { unproven }: ProveSpanDeps,
): Promise<boolean> {
  const open = new Set(verdict.stand.map(({ principal }) => principal));
  let all = open.size === 0;
  for (const { principal, balances } of claimants) {
    if (open.has(principal)) continue;
    all = (await unproven.clear(span, balances)) && all;
  }
  if (!all) return false;
  const pools = await unproven.ofPools(span, held);
  // Nobody added to the account's since it was read, so what the pools had when they were read is proven as well.
  return (await unproven.clear(span, shared)) && (await unproven.clear(span, pools));
}

const idOf = ({ key }: LedgerEntry): string => `${key.pk} ${key.sk}`;
