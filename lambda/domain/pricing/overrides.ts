import { ratePerMillion, ratePerUnit } from '../money.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';
import type {
  ModelKind,
  NegotiatedRow,
  PricedModel,
  PriceScope,
  TokenClass,
  TokenRates,
} from './price-row.ts';

export type UsdPerMillion = Readonly<Partial<Record<TokenClass, string>>>;

/** What a contract says that a model costs: exact rates in USD, as decimals, in place of AWS's list. */
export interface PriceOverride {
  /** Id as the price book or Bedrock has it, without a profile's prefix. */
  readonly model: string;
  /** @default both */
  readonly scope?: PriceScope | undefined;
  /** Regions that are called. @default every commercial one */
  readonly regions?: string[] | undefined;
  /** Tier that the rates are of: they hold for a call served in it, and where the record tells no tier. */
  readonly tier?: 'standard' | 'flex' | 'priority' | 'reserved' | 'latency-optimised' | undefined;
  /** First and last day (UTC) of these rates. @default all earlier, all later days */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly usdPerMillion?: UsdPerMillion | undefined;
  readonly longContext?: { readonly above: number; readonly usdPerMillion: UsdPerMillion } | undefined;
  /** By size and quality as the price book names them; `any` where they do not matter. */
  readonly usdPerImage?: Readonly<Record<string, string>> | undefined;
  /** By resolution. */
  readonly usdPerSecond?: Readonly<Record<string, string>> | undefined;
  readonly usdPerQuery?: string | undefined;
  /** Where it is written, for `prices show`. */
  readonly source?: string | undefined;
  /** Why rates that look like a slip are right. */
  readonly unusual?: string | undefined;
}

const books = new WeakMap<PriceBook, WeakMap<readonly PriceOverride[], PriceBook>>();

/** The book with what was negotiated; models that it lacks are added. Made once for the same book and overrides. */
export function withOverrides(book: PriceBook, overrides: readonly PriceOverride[] = []): PriceBook {
  if (overrides.length === 0) return book;
  const known = books.get(book) ?? new WeakMap<readonly PriceOverride[], PriceBook>();
  books.set(book, known);
  const made = known.get(overrides) ?? overridden(book, overrides);
  known.set(overrides, made);
  return made;
}

function overridden(book: PriceBook, overrides: readonly PriceOverride[]): PriceBook {
  const byModel = Map.groupBy(overrides, ({ model }) => book.find(model)?.id ?? model);
  const negotiated = (id: string) => byModel.get(id)?.map(overrideRow);
  const added = [...byModel].filter(([id]) => book.find(id) === undefined);
  return createPriceBook(book.version, [
    ...book.models.map((model) => ({ ...model, negotiated: negotiated(model.id) })),
    ...added.map(([id, own]) => ({ ...unlistedModel(id, own), negotiated: negotiated(id) })),
  ]);
}

/** A model that only the contract knows: its list has no rows. */
export function unlistedModel(id: string, overrides: readonly PriceOverride[]): PricedModel {
  const has = (part: 'usdPerImage' | 'usdPerQuery' | 'usdPerSecond') =>
    overrides.some((override) => override[part]);
  const pieces: ModelKind | undefined = has('usdPerSecond')
    ? 'video'
    : has('usdPerImage')
      ? 'image'
      : undefined;
  const kind: ModelKind = has('usdPerQuery') ? 'rerank' : (pieces ?? 'chat');
  const provider = id.slice(0, id.indexOf('.'));
  return { id, provider, kind, aliases: [], economy: false, rows: [] };
}

/** @throws MoneyFormatError for an amount that is none: the settings check them before. */
export function overrideRow(override: PriceOverride): NegotiatedRow {
  const { scope, regions, tier, from, until, longContext, source } = override;
  return {
    anyScope: scope === undefined,
    until,
    tier: tier === 'latency-optimised' ? 'latency-optimized' : tier,
    row: {
      scope: scope ?? 'regional',
      regions: regions ?? ['*'],
      from,
      tokens: ratesOf(override.usdPerMillion),
      longContext: longContext && { above: longContext.above, tokens: ratesOf(longContext.usdPerMillion) },
      images: mapValues(override.usdPerImage ?? {}, ratePerUnit),
      seconds: mapValues(override.usdPerSecond ?? {}, ratePerUnit),
      query: override.usdPerQuery === undefined ? undefined : ratePerUnit(override.usdPerQuery),
      source: 'negotiated',
      sourceText: `negotiated (prices.overrides of the settings${source === undefined ? '' : `: ${source}`})`,
      asOf: from ?? 'always',
    },
  };
}

/** What of a call a negotiated price may hang on. */
export interface PricedCall {
  readonly scope: PriceScope;
  readonly region: string;
  readonly day: string;
  /** Where the response tells one other than the standard one. */
  readonly servedTier: string | undefined;
}

/** What is negotiated for a call; the row that says most about it wins, then the latest. */
export function negotiatedRow(
  { negotiated = [] }: Pick<PricedModel, 'negotiated'>,
  { scope, region, day, servedTier }: PricedCall,
  commercial: boolean,
): NegotiatedRow | undefined {
  const [found] = negotiated
    .filter(
      ({ anyScope, until, tier, row }) =>
        // Most records tell no tier: what a row is said to be of counts only against one that does.
        (tier === undefined || servedTier === undefined || tier === servedTier) &&
        (anyScope || row.scope === scope) &&
        (row.regions.includes(region) || (commercial && row.regions.includes('*'))) &&
        (row.from ?? '') <= day &&
        (until === undefined || day <= until),
    )
    .sort(
      (a, b) =>
        weight(b, region, servedTier) - weight(a, region, servedTier) || compare(b.row.from, a.row.from),
    );
  return found;
}

/** The tier that a call was served in says more than a named Region, and that more than a named scope. */
const weight = ({ anyScope, tier, row }: NegotiatedRow, region: string, servedTier?: string): number =>
  (tier !== undefined && tier === servedTier ? 4 : 0) +
  (row.regions.includes(region) ? 2 : 0) +
  (anyScope ? 0 : 1);

const compare = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);

const ratesOf = (amounts: UsdPerMillion = {}): TokenRates => mapValues({ ...amounts }, ratePerMillion);

function mapValues<T>(amounts: Readonly<Record<string, string | undefined>>, read: (text: string) => T) {
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([key, text]) => (text === undefined ? [] : [[key, read(text)]])),
  );
}
