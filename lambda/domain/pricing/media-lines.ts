import type { Usage } from '../metering/invocation.ts';
import type { Medium } from '../metering/media.ts';
import type { CostLine, Rate } from '../money.ts';
import type { PricedModel, PriceRow, TokenRates } from './price-row.ts';

export const mediaFlags = {
  /** The tokens are taken for text, which the record does not tell from a picture's, a sound's or a video's. */
  textAssumed: 'text-assumed',
  /** Tokens of several media are counted in one: all are charged at the highest of them. */
  highestRate: 'highest-rate-of-media',
} as const;

/**
 * What the medium makes of a call's price: lines of their own, other rates for its tokens, or a bound where the record
 * does not tell how long a sound or a video was, or of which medium the tokens were.
 */
export type MediaPrice =
  | { readonly kind: 'lines'; readonly lines: readonly CostLine[]; readonly flags: readonly string[] }
  | { readonly kind: 'tokens'; readonly tokens: TokenRates; readonly flags: readonly string[] }
  | { readonly kind: 'bounded'; readonly lines: readonly CostLine[]; readonly reason: string };

const untoldLength = 'the record does not tell how long the sound or the video was';
const untoldMedium = 'the record does not tell which medium its tokens were of';

/** Undefined where no medium changes the price of this call. */
export function mediaPrice(
  model: PricedModel,
  row: PriceRow,
  usage: Usage | undefined,
): MediaPrice | undefined {
  switch (model.kind) {
    case 'video':
      return row.tokens.output === undefined ? undefined : watched(model, row, usage);
    case 'embedding':
      return byPiece(model, row, usage);
    default:
      return row.mediaTokens === undefined || usage === undefined
        ? undefined
        : byToken(row, row.mediaTokens, usage);
  }
}

/** A model that watches a video and writes about it, which no record measures: at most the longest one, and the longest answer. */
function watched({ mostSeconds = 0, mostAnswer = 0 }: PricedModel, row: PriceRow, usage: Usage | undefined) {
  return {
    kind: 'bounded',
    reason: untoldLength,
    lines: [
      { quantity: mostSeconds, rate: row.seconds['video'] ?? 0n },
      { quantity: usage?.input ?? 0, rate: row.tokens.input ?? 0n },
      { quantity: usage?.output || mostAnswer, rate: row.tokens.output ?? 0n },
    ],
  } as const;
}

/** An embedding, of one thing: a text, a picture, a page, or so many seconds. */
function byPiece(model: PricedModel, row: PriceRow, usage: Usage | undefined): MediaPrice | undefined {
  const { seconds, images, request } = row;
  const media = usage?.media ?? [];
  const text = [{ quantity: usage?.input ?? 0, rate: row.tokens.input ?? 0n }];
  const rates = (['audio', 'video'] as const).flatMap((name) =>
    media.includes(`${name}-input`) ? (seconds[name] ?? []) : [],
  );
  if (rates.length > 0) {
    const line = { quantity: model.mostSeconds ?? 0, rate: highest(rates) };
    return { kind: 'bounded', reason: untoldLength, lines: [...text, line] };
  }
  const page = media.includes('document-input') ? (images['document'] ?? images['any']) : undefined;
  const picture = page ?? (media.includes('image-input') ? images['any'] : undefined);
  const asked = media.includes('text-input') && request !== undefined ? [{ quantity: 1, rate: request }] : [];
  if (picture !== undefined || asked.length > 0) {
    const pictures = picture === undefined ? [] : [{ quantity: usage?.images || 1, rate: picture }];
    return { kind: 'lines', flags: [], lines: [...text, ...pictures, ...asked] };
  }
  if (request === undefined || media.length > 0) return undefined;
  // A call that is answered at once is of a text or of a picture: what takes time is not logged.
  const most = highest([request, ...Object.values(images)]);
  return { kind: 'lines', flags: [mediaFlags.highestRate], lines: [{ quantity: 1, rate: most }] };
}

/** One count of tokens for media at several rates: at the highest of those that the bodies show. */
function byToken(
  { tokens }: PriceRow,
  mediaTokens: Readonly<Record<string, Rate>>,
  usage: Usage,
): MediaPrice {
  const { media = [] } = usage;
  const side = (name: 'input' | 'output') => {
    const listed = Object.entries(mediaTokens).filter(([medium]) => medium.endsWith(`-${name}`));
    const seen = media.filter((medium) => medium.endsWith(`-${name}`));
    const shown = listed.filter(([medium]) => seen.includes(medium as Medium));
    const used = seen.length === 0 ? listed : shown;
    const rate = highest([tokens[name] ?? 0n, ...used.map(([, own]) => own)]);
    return { rate, told: seen.length > 0, raised: rate !== tokens[name] && usage[name] > 0 };
  };
  const [input, output] = [side('input'), side('output')];
  const rates = { ...tokens, input: input.rate, output: output.rate };
  if (!output.told && usage.output > 0) {
    const lines = [
      { quantity: usage.input + usage.cacheRead, rate: input.rate },
      { quantity: usage.output, rate: output.rate },
    ];
    return { kind: 'bounded', reason: untoldMedium, lines };
  }
  const flags = input.raised || output.raised ? [mediaFlags.highestRate] : [];
  return { kind: 'tokens', tokens: rates, flags };
}

/** The row with each class of tokens at its highest rate of any medium: for what is not known at all. */
export function highestMedia(row: PriceRow): PriceRow {
  const listed = Object.entries(row.mediaTokens ?? {});
  if (listed.length === 0) return row;
  const most = (name: 'input' | 'output') =>
    highest([
      row.tokens[name] ?? 0n,
      ...listed.flatMap(([key, rate]) => (key.endsWith(`-${name}`) ? rate : [])),
    ]);
  return { ...row, tokens: { ...row.tokens, input: most('input'), output: most('output') } };
}

const highest = (rates: readonly Rate[]): Rate =>
  rates.reduce((most, rate) => (rate > most ? rate : most), 0n);
