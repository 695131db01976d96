import { rememberedFor } from '../remembered.ts';
import { negotiatedRow, type PricedCall } from './overrides.ts';
import type { PricedModel, PriceRow, PriceScope } from './price-row.ts';

export interface FoundRow {
  readonly row: PriceRow;
  /** What had to be assumed to use this row; empty where it is the list price itself. */
  readonly flags: readonly string[];
  /** The row is what was negotiated, not AWS's list: no multiplier goes on top. */
  readonly negotiated?: true;
  /** Tier that a negotiated row is of: no factor of that tier goes on top. */
  readonly tier?: string | undefined;
}

export const rowFlags = {
  /** No row names the region: the most expensive one of the scope is used. */
  regionUnlisted: 'region-unlisted',
  /** The model has no price for calls through a global profile: the regional one is used. */
  scopeUnlisted: 'scope-unlisted',
  /** The price was announced until a day that has passed, and nobody said what holds now: it is charged on. */
  endPassed: 'price-end-passed',
} as const;

/** `*` in a row: every commercial region. GovCloud and China have prices of their own. */
const otherPartition = /^(us-gov|us-iso|cn)/;

/**
 * The price of a model for calls in `region` on `day` (UTC, `2026-11-22`). The source region prices a call. List rows are
 * of the standard tier; a negotiated one may be of the tier that the call was served in.
 */
export function findRow(
  model: PricedModel,
  scope: PriceScope,
  region: string,
  day: string,
  servedTier?: string,
): FoundRow | undefined {
  const call = { scope, region, day, servedTier };
  return rowOf(model, `${scope} ${region} ${day} ${servedTier}`, call);
}

const rowOf = rememberedFor((model: PricedModel, _call: string, call: PricedCall): FoundRow | undefined => {
  const { scope, region, day, servedTier } = call;
  const agreed = negotiatedRow(model, call, !otherPartition.test(region));
  if (agreed !== undefined) {
    return { row: agreed.row, flags: [], negotiated: true, tier: agreed.tier };
  }
  const rows = model.rows.filter((row) => row.scope === scope && holdsOn(row, day));
  if (rows.length === 0) {
    return scope === 'global'
      ? withFlag(findRow(model, 'regional', region, day, servedTier), rowFlags.scopeUnlisted)
      : undefined;
  }
  const named = rows.filter((row) => row.regions.includes(region));
  const general = otherPartition.test(region) ? [] : rows.filter((row) => row.regions.includes('*'));
  const listed = latest(named) ?? latest(general);
  const row = listed ?? mostExpensive(rows);
  const flags = [
    ...(listed === undefined ? [rowFlags.regionUnlisted] : []),
    ...(row.toldUntil !== undefined && row.toldUntil < day ? [rowFlags.endPassed] : []),
  ];
  return { row, flags };
});

const holdsOn = ({ from = '', until }: PriceRow, day: string): boolean =>
  from <= day && (until === undefined || day <= until);

function latest(rows: readonly PriceRow[]): PriceRow | undefined {
  return [...rows].sort((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).at(-1);
}

function mostExpensive(rows: readonly PriceRow[]): PriceRow {
  const price = (row: PriceRow) => (row.tokens.output ?? 0n) + (row.tokens.input ?? 0n);
  return rows.reduce((most, row) => (price(row) > price(most) ? row : most));
}

function withFlag(found: FoundRow | undefined, flag: string): FoundRow | undefined {
  return found && { ...found, flags: [...found.flags, flag] };
}
