import type { LedgerEntry } from '../metering/ledger-entry.ts';
import {
  addChanges,
  type BalanceChange,
  counted,
  evidenceOf,
  noChange,
  type Repricing,
} from '../pricing/repricing.ts';

/**
 * What is proven together: the calls of one Region in one UTC hour, by the start of the call. Written `2026-11-22T12#us-east-1`.
 */
export type Span = string;

export const spanOf = ({ timestamp, region }: Pick<LedgerEntry, 'timestamp' | 'region'>): Span =>
  `${timestamp.slice(0, 'yyyy-mm-ddThh'.length)}#${region}`;

export interface SpanParts {
  readonly region: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const hourMs = 3_600_000;

/** The Region and the hour of a span. */
export function partsOf(span: Span): SpanParts {
  const [hour = '', region = ''] = span.split('#');
  const startsAt = new Date(`${hour}:00:00Z`);
  return { region, startsAt, endsAt: new Date(startsAt.getTime() + hourMs) };
}

/** What claims add to what is unproven, by span. A claim that costs nothing is there with nothing: it has to be proven, too. */
export function unprovenOf(entries: readonly LedgerEntry[]): Map<Span, BalanceChange> {
  const claims = entries.filter((entry) => evidenceOf(entry) === 'claim');
  return sums(claims.map((entry) => [spanOf(entry), counted(entry)]));
}

/**
 * What corrections change of what is unproven: a claim that is proven or disproved is no longer. A price that becomes known
 * changes nothing here: the proof of its span takes away whatever is there.
 */
export function unprovenChange(repricings: readonly Repricing[]): Map<Span, BalanceChange> {
  return sums(
    repricings
      .filter(({ from, to }) => evidenceOf(from) !== evidenceOf(to) || from.usage !== to.usage)
      .map(({ from, to }) => {
        const { spent, ceiling, held } = claimed(from);
        const change = addChanges(claimed(to), { spent: -spent, ceiling: -ceiling, held: -held });
        return [spanOf(from), change] as const;
      })
      .filter(([, { spent, ceiling }]) => spent !== 0n || ceiling !== 0n),
  );
}

const claimed = (entry: LedgerEntry): BalanceChange =>
  evidenceOf(entry) === 'claim' ? counted(entry) : noChange;

function sums(changes: readonly (readonly [Span, BalanceChange])[]): Map<Span, BalanceChange> {
  const total = new Map<Span, BalanceChange>();
  for (const [span, change] of changes) total.set(span, addChanges(total.get(span) ?? noChange, change));
  return total;
}
