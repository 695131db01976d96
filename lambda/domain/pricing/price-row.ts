import type { Rate } from '../money.ts';

/** Where a call may run: anywhere (`global.` profiles), or in its own region or geography. AWS prices only these two. */
export type PriceScope = 'global' | 'regional';

/** Classes of tokens that have rates of their own. */
export const tokenClasses = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheWrite30m',
] as const;
export type TokenClass = (typeof tokenClasses)[number];

/** Rates per token; a class that the model does not have is absent. */
export type TokenRates = Readonly<Partial<Record<TokenClass, Rate>>>;

/** One list price of a model. */
export interface PriceRow {
  readonly scope: PriceScope;
  /** Regions that are called; `*` stands for every commercial region that no other row names. */
  readonly regions: readonly string[];
  /** First day (UTC) of this price; a row without it holds for all earlier times. */
  readonly from: string | undefined;
  /** Last day (UTC) of this price, where it is known to end. */
  readonly until?: string | undefined;
  /** Day (UTC) through which it was announced at least: afterwards it is charged on, and every call says so. */
  readonly toldUntil?: string | undefined;
  readonly tokens: TokenRates;
  /** Rates of a whole call whose input and cache tokens together are more than `above`. */
  readonly longContext: { readonly above: number; readonly tokens: TokenRates } | undefined;
  /**
   * Rate per image of each class; `any` where size and quality do not matter. Of an embedding: per picture that it is of,
   * `document` for a page.
   */
  readonly images: Readonly<Record<string, Rate>>;
  /** Rate per second of video of each resolution: `720p`. Of what goes into a model: `video`, `audio`. */
  readonly seconds: Readonly<Record<string, Rate>>;
  /** Rate per request of text, of a model that is not paid by the token. */
  readonly request?: Rate | undefined;
  /** Rates of tokens of a medium that costs otherwise than text, by medium and side: `image-output`. */
  readonly mediaTokens?: Readonly<Record<string, Rate>> | undefined;
  /** Rate per query (one search of up to 100 documents) of a model that ranks. */
  readonly query: Rate | undefined;
  /** Key into the sources that the provider's file spells out. */
  readonly source: string;
  /** That source, spelt out. */
  readonly sourceText: string;
  /** Day on which the source said so. */
  readonly asOf: string;
}

/** A price that was negotiated, and when and where it holds. */
export interface NegotiatedRow {
  readonly row: PriceRow;
  /** It holds for calls through a global profile and for all others alike. */
  readonly anyScope: boolean;
  /** Last day (UTC). */
  readonly until: string | undefined;
  readonly tier: string | undefined;
}

export type ModelKind = 'chat' | 'embedding' | 'image' | 'rerank' | 'video';

export interface PricedModel {
  readonly id: string;
  readonly provider: string;
  readonly kind: ModelKind;
  /** Other spellings of the id that Bedrock accepts. */
  readonly aliases: readonly string[];
  /** A small everyday model of its maker: one that a restricted principal may keep, while it is cheap. */
  readonly economy: boolean;
  /** Its prices rest on one source alone: nobody else was seen to confirm them. */
  readonly oneSource?: boolean | undefined;
  /** It takes pictures, sound and video, too, at prices that no record tells apart: its rows are of text. */
  readonly otherMedia?: boolean | undefined;
  /** Longest video that one call makes, or takes. */
  readonly mostSeconds?: number | undefined;
  /** Longest answer in tokens, of a model whose records may not count it. */
  readonly mostAnswer?: number | undefined;
  /** How an embedding model takes pictures: beside a text at a price of their own, or counted as tokens. */
  readonly pictures?: 'beside-text' | 'as-tokens' | undefined;
  /** AWS's list. */
  readonly rows: readonly PriceRow[];
  /** What the settings put in its place. */
  readonly negotiated?: readonly NegotiatedRow[] | undefined;
}
