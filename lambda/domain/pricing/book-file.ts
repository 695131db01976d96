import { isCalendarDay } from '../calendar-day.ts';
import { mediaNames } from '../metering/media.ts';
import { type Rate, ratePerMillion, ratePerUnit } from '../money.ts';
import {
  type ModelKind,
  type PricedModel,
  type PriceRow,
  type TokenRates,
  tokenClasses,
} from './price-row.ts';

/** SwitchOutcome for a file of the price book that cannot be read: it names file, model and what is wrong. */
export class PriceBookError extends Error {
  override name = 'PriceBookError';
}

type Amounts = Readonly<Record<string, string>>;

interface RowFile {
  readonly scope: string;
  readonly regions: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly toldUntil?: string;
  readonly usdPerMillion?: Amounts;
  readonly longContext?: { readonly above: number; readonly usdPerMillion: Amounts };
  readonly usdPerImage?: Amounts;
  readonly usdPerSecond?: Amounts;
  readonly usdPerQuery?: string;
  readonly usdPerRequest?: string;
  readonly usdPerMillionOfMedia?: Amounts;
  readonly source: string;
  readonly asOf: string;
}

/** One provider's file: prices are exact decimal strings in USD, per million tokens, image, second of video or query. */
export interface BookFile {
  readonly provider: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly kind: string;
        readonly aliases?: readonly string[];
        readonly economy?: boolean;
        readonly oneSource?: boolean;
        readonly mostSeconds?: number;
        readonly otherMedia?: boolean;
        readonly mostAnswer?: number;
        readonly pictures?: string;
        readonly rows: readonly RowFile[];
      }
    >
  >;
}

const kinds: readonly string[] = ['chat', 'embedding', 'image', 'rerank', 'video'] satisfies ModelKind[];

/** Reads one provider's file. @throws PriceBookError, MoneyFormatError */
export function readBookFile(file: BookFile): readonly PricedModel[] {
  return Object.entries(file.models).map(([id, model]) => {
    const refuse = (what: string) => new PriceBookError(`Price book ${file.provider}, model ${id}: ${what}.`);
    if (!kinds.includes(model.kind)) {
      throw refuse(`the kind "${model.kind}" is not one of ${kinds.join(', ')}`);
    }
    return {
      id,
      // One maker may have two labels: moonshot and moonshotai.
      provider: id.slice(0, id.indexOf('.')),
      kind: model.kind as ModelKind,
      aliases: model.aliases ?? [],
      economy: model.economy ?? false,
      ...(model.oneSource === true && { oneSource: true }),
      mostSeconds: model.mostSeconds,
      otherMedia: model.otherMedia,
      mostAnswer: model.mostAnswer,
      pictures: picturesOf(model.pictures, refuse),
      rows: model.rows.map((row) => {
        const sourceText = file.sources[row.source];
        if (sourceText === undefined) {
          throw refuse(`the source "${row.source}" is not explained under sources`);
        }
        return readRow(row, sourceText, refuse);
      }),
    };
  });
}

function readRow(row: RowFile, sourceText: string, refuse: (what: string) => PriceBookError): PriceRow {
  if (row.scope !== 'global' && row.scope !== 'regional') {
    throw refuse(`the scope "${row.scope}" is neither global nor regional`);
  }
  const days = [row.asOf, row.from, row.until, row.toldUntil].filter((day) => day !== undefined);
  if (!days.every(isCalendarDay)) {
    throw refuse('asOf, from, until and toldUntil must be days such as 2026-11-22');
  }
  return {
    scope: row.scope,
    regions: row.regions,
    from: row.from,
    ...(row.until !== undefined && { until: row.until }),
    ...(row.toldUntil !== undefined && { toldUntil: row.toldUntil }),
    tokens: readTokens(row.usdPerMillion ?? {}, refuse),
    longContext: row.longContext && {
      above: row.longContext.above,
      tokens: readTokens(row.longContext.usdPerMillion, refuse),
    },
    images: readAmounts(row.usdPerImage ?? {}, ratePerUnit),
    seconds: readAmounts(row.usdPerSecond ?? {}, ratePerUnit),
    query: row.usdPerQuery === undefined ? undefined : ratePerUnit(row.usdPerQuery),
    ...(row.usdPerRequest !== undefined && { request: ratePerUnit(row.usdPerRequest) }),
    ...(row.usdPerMillionOfMedia !== undefined && {
      mediaTokens: readMedia(row.usdPerMillionOfMedia, refuse),
    }),
    source: row.source,
    sourceText,
    asOf: row.asOf,
  };
}

function readTokens(amounts: Amounts, refuse: (what: string) => PriceBookError): TokenRates {
  const stray = Object.keys(amounts).find((key) => !(tokenClasses as readonly string[]).includes(key));
  if (stray !== undefined) {
    throw refuse(`"${stray}" is no class of tokens`);
  }
  return readAmounts(amounts, ratePerMillion);
}

function readMedia(amounts: Amounts, refuse: (what: string) => PriceBookError): Record<string, Rate> {
  const stray = Object.keys(amounts).find((key) => !(mediaNames as readonly string[]).includes(key));
  if (stray !== undefined) throw refuse(`"${stray}" is no medium`);
  return readAmounts(amounts, ratePerMillion);
}

function picturesOf(
  text: string | undefined,
  refuse: (what: string) => PriceBookError,
): PricedModel['pictures'] {
  if (text === undefined || text === 'beside-text' || text === 'as-tokens') return text;
  throw refuse(`pictures are "beside-text" or "as-tokens", not "${text}"`);
}

function readAmounts(amounts: Amounts, read: (text: string) => Rate): Record<string, Rate> {
  return Object.fromEntries(Object.entries(amounts).map(([key, text]) => [key, read(text)]));
}
