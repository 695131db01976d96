import { negotiatedRow } from './overrides.ts';
import type { PricedModel, PriceRow, PriceScope } from './price-row.ts';

export interface FoundRow {
  readonly row: PriceRow;
  /** What had to be assumed to use this row; empty where it is the list price itself. */
  readonly flags: readonly string[];
  /** The row is what was negotiated, not AWS's list: no multiplier goes on top. */
  readonly negotiated?: true;
}

export const rowFlags = {
  /** No row names the region: the dearest one of the scope is used. */
  regionUnlisted: 'region-unlisted',
  /** The model has no price for calls through a global profile: the regional one is used. */
  scopeUnlisted: 'scope-unlisted',
} as const;

/** `*` in a row: every commercial region. GovCloud and China have prices of their own. */
const otherPartition = /^(us-gov|us-iso|cn)/;

/** The price of a model for calls in `region` on `day` (UTC, `2026-11-22`). The source region prices a call. */
export function findRow(
  model: PricedModel,
  scope: PriceScope,
  region: string,
  day: string,
): FoundRow | undefined {
  const agreed = negotiatedRow(model, scope, region, day, !otherPartition.test(region));
  if (agreed !== undefined) return { row: agreed, flags: [], negotiated: true };
  const rows = model.rows.filter((row) => row.scope === scope && (row.from ?? '') <= day);
  if (rows.length === 0) {
    return scope === 'global'
      ? withFlag(findRow(model, 'regional', region, day), rowFlags.scopeUnlisted)
      : undefined;
  }
  const named = rows.filter((row) => row.regions.includes(region));
  const general = otherPartition.test(region) ? [] : rows.filter((row) => row.regions.includes('*'));
  const listed = latest(named) ?? latest(general);
  return listed === undefined
    ? { row: dearest(rows), flags: [rowFlags.regionUnlisted] }
    : { row: listed, flags: [] };
}

function latest(rows: readonly PriceRow[]): PriceRow | undefined {
  return [...rows].sort((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).at(-1);
}

function dearest(rows: readonly PriceRow[]): PriceRow {
  const price = (row: PriceRow) => (row.tokens.output ?? 0n) + (row.tokens.input ?? 0n);
  return rows.reduce((most, row) => (price(row) > price(most) ? row : most));
}

function withFlag(found: FoundRow | undefined, flag: string): FoundRow | undefined {
  return found && { row: found.row, flags: [...found.flags, flag] };
}
