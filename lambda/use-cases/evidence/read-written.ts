import type { Written } from '../../domain/evidence/compare-span.ts';
import { gradeOf } from '../../domain/evidence/grade.ts';
import { partsOf, type Span, spanOf } from '../../domain/evidence/unproven.ts';
import type { Invocation } from '../../domain/metering/invocation.ts';
import { ledgerKey } from '../../domain/metering/ledger-key.ts';
import { readLine } from '../../domain/metering/read-line.ts';
import { identify } from '../../domain/principal.ts';
import { type IngestDeps, ingestLines, type SourceLine } from '../metering/ingest-lines.ts';
import { type BedrockObjects, ObjectsUnreadableError, type PlacedLine } from '../ports/evidence.ts';

export interface WrittenDeps {
  readonly objects: BedrockObjects;
  /** The account that the stage meters. */
  readonly account: string;
  readonly unread?: ((span: Span, error: unknown) => void) | undefined;
}

/** What Bedrock's objects hold of one span; their bodies are not kept. */
export interface ReadWritten {
  readonly account: string;
  readonly region: string;
  /** By `pk sk`. */
  readonly lines: ReadonlyMap<string, Written>;
  /** Names in the ledger's keys. */
  readonly names: ReadonlySet<string>;
  /** Whether all of it could be read. */
  readonly whole: boolean;
  /** Whether later hours' folders were read as well. */
  readonly late: boolean;
  readonly hours: readonly string[];
}

/** So many lines are metered at a time. */
const linesAtATime = 500;

export async function readWritten(
  span: Span,
  hours: readonly string[],
  deps: WrittenDeps & Pick<IngestDeps, 'settings'>,
): Promise<ReadWritten> {
  const { region } = partsOf(span);
  const lines = new Map<string, Written>();
  const names = new Set<string>();
  let whole = true;
  try {
    for await (const placed of deps.objects.lines(region, hours)) {
      const call = callOf(placed, span, deps);
      if (call === 'damaged') whole = false;
      if (typeof call === 'string') continue;
      const { key, ledgerName, invocation } = call;
      const { modelId, usage, tier, account, flags } = invocation;
      lines.set(idOf(key), { key, modelId, usage, tier, account, region, recordFlags: flags });
      names.add(ledgerName);
    }
  } catch (error) {
    if (!(error instanceof ObjectsUnreadableError)) throw error;
    deps.unread?.(span, error);
    whole = false;
  }
  return { account: deps.account, region, lines, names, whole, late: hours.length > 2, hours };
}

/** Meters what the ledger lacks or has otherwise, as any object is metered: exactly once, whoever is at it beside. */
export async function bringWritten(
  span: Span,
  wanted: readonly Written[],
  { hours, region }: ReadWritten,
  deps: WrittenDeps & IngestDeps,
): Promise<void> {
  if (wanted.length === 0) return;
  const ids = new Set(wanted.map(({ key }) => idOf(key)));
  let portion: { object: string; place: PlacedLine['place']; lines: SourceLine[] } | undefined;
  let portions = 0;
  const flush = async () => {
    if (portion === undefined || portion.lines.length === 0) return;
    const { object, place, lines } = portion;
    const origin = { kind: 'object', place } as const;
    await ingestLines(lines, deps, { id: `proof/${object}/${++portions}`, seenBefore: true, origin });
    portion = undefined;
  };
  for await (const placed of deps.objects.lines(region, hours)) {
    const call = callOf(placed, span, deps);
    if (typeof call === 'string' || placed.line.kind !== 'line' || !ids.has(idOf(call.key))) continue;
    if (portion !== undefined && (portion.object !== placed.object || portion.lines.length >= linesAtATime))
      await flush();
    portion ??= { object: placed.object, place: placed.place, lines: [] };
    portion.lines.push({ text: placed.line.text, source: `${placed.object}#${placed.line.number}` });
  }
  await flush();
}

interface Call {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly ledgerName: string;
  readonly invocation: Invocation;
}

/** A call of the span; else why it is none: of another hour, no call, or a line that cannot be read. */
function callOf(
  { line, place }: PlacedLine,
  span: Span,
  { settings }: Pick<IngestDeps, 'settings'>,
): Call | 'other' | 'damaged' {
  if (line.kind !== 'line') return 'damaged';
  const reading = readLine(line.text);
  if (reading.kind !== 'invocation') return 'other';
  const { invocation } = reading;
  if (spanOf(invocation) !== span || gradeOf({ kind: 'object', place }, invocation) !== 'proof')
    return 'other';
  const { ledgerName } = identify(invocation.identityArn, { ...settings, homeAccount: invocation.account });
  return { key: ledgerKey(invocation, ledgerName), ledgerName, invocation };
}

const idOf = ({ pk, sk }: Call['key']): string => `${pk} ${sk}`;
