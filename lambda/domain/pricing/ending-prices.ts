import type { PriceBook } from './price-book.ts';
import type { PricedModel, PriceRow } from './price-row.ts';

/** A price that ends, or of which nobody said how long it goes on. */
export interface EndingPrice {
  readonly model: string;
  readonly scope: string;
  readonly regions: readonly string[];
  /** `list` ends for certain, `told` was announced at least so long, `contract` is the settings' own. */
  readonly kind: 'list' | 'told' | 'contract';
  /** Last day (UTC). */
  readonly on: string;
  /** Whether that day has passed. */
  readonly isOver: boolean;
}

/** So many days before its end a price is told of: time for a release, or for a word with AWS. */
export const endsSoonDays = 14;
const dayMs = 86_400_000;

/**
 * Prices that end within two weeks of `day` (UTC, `2026-11-22`), and those that have ended without another one in their
 * place. What a later row has followed is history, and is not told.
 */
export function endingPrices({ models }: Pick<PriceBook, 'models'>, day: string): EndingPrice[] {
  const soon = new Date(Date.parse(day) + endsSoonDays * dayMs).toISOString().slice(0, day.length);
  return models
    .flatMap(endsOf)
    .filter(({ on }) => on <= soon)
    .map((end) => ({ ...end, isOver: end.on < day }));
}

/** As a line for people: the same whatever the day, as long as it has not ended. */
export function endText({ model, scope, regions, kind, on, isOver }: EndingPrice): string {
  const where = `${model}, ${scope} in ${regions.join(', ')}`;
  switch (kind) {
    case 'told':
      return `${where}: announced through ${on} at least; ${isOver ? 'that day has passed, and it is charged on' : 'nobody said what holds then'}`;
    case 'contract':
      return `${where}: the negotiated price ${isOver ? 'ended' : 'ends'} on ${on}, then the list's holds`;
    default:
      return `${where}: ${isOver ? 'ended' : 'ends'} on ${on}`;
  }
}

type End = Omit<EndingPrice, 'isOver'>;

function endsOf({ id: model, rows, negotiated = [] }: PricedModel): End[] {
  const place = ({ scope, regions }: PriceRow) => ({ model, scope, regions });
  const listed = rows.flatMap((row): End[] => {
    const { until, toldUntil } = row;
    if (rows.some((other) => follows(other, row))) return [];
    return [
      ...(until === undefined ? [] : [{ ...place(row), kind: 'list' as const, on: until }]),
      ...(toldUntil === undefined ? [] : [{ ...place(row), kind: 'told' as const, on: toldUntil }]),
    ];
  });
  const agreed = negotiated.flatMap(({ row, anyScope, until }): End[] =>
    until === undefined
      ? []
      : [{ ...place(row), ...(anyScope && { scope: 'any scope' }), kind: 'contract', on: until }],
  );
  return [...listed, ...agreed];
}

/** A row for the same calls that begins later. */
const follows = (other: PriceRow, row: PriceRow): boolean =>
  other.scope === row.scope &&
  (other.from ?? '') > (row.from ?? '') &&
  row.regions.every((region) => other.regions.includes(region));
