import type { Rate } from '../../../lambda/domain/money.ts';
import { formatPerMillion, formatPerUnit } from '../../../lambda/domain/pricing/format-rate.ts';
import type { Negotiated } from '../../../lambda/domain/pricing/negotiated.ts';
import type { PricedModel, PriceRow, TokenRates } from '../../../lambda/domain/pricing/price-row.ts';

export interface ExplainedRate {
  /** `input`, `cacheWrite1h`, `image output`, `image 1024-premium`, `image given`, `video 720p`, `audio given`, `query`. */
  readonly what: string;
  readonly usd: string;
  readonly per: 'million tokens' | 'image' | 'second' | 'query' | 'unit' | 'request';
  /** Rate once the context is long, where it differs. */
  readonly longContextUsd?: string;
  /** What is charged in place of the list price, where a multiplier was negotiated. */
  readonly negotiatedUsd?: string;
}

/** Every rate of a row, in the order in which a reader looks for them. */
export function ratesOf(
  model: PricedModel,
  row: PriceRow,
  multiplier: Negotiated | undefined,
): readonly ExplainedRate[] {
  return [
    ...tokenRates(row.tokens, row.longContext?.tokens, multiplier),
    ...Object.entries(row.mediaTokens ?? {}).map(([medium, rate]) => mediumRate(medium, rate, multiplier)),
    ...Object.entries(row.images).map(([size, rate]) =>
      perUnit(imageName(model, size), rate, 'image', multiplier),
    ),
    ...Object.entries(row.seconds).map(([name, rate]) =>
      perUnit(secondsName(name), rate, 'second', multiplier),
    ),
    ...(row.request === undefined ? [] : [perUnit('text', row.request, 'request', multiplier)]),
    ...(row.query === undefined ? [] : [perUnit('query', row.query, 'query', multiplier)]),
  ];
}

/** Seconds that a call is taken for which is given sound or video; null where none can be given. */
export const mostSecondsGiven = ({ mostSeconds }: PricedModel, { seconds }: PriceRow): number | null =>
  Object.keys(seconds).some((name) => !/^\d/.test(name)) ? (mostSeconds ?? null) : null;

export function tokenRates(
  tokens: TokenRates,
  long: TokenRates | undefined,
  multiplier?: Negotiated,
): ExplainedRate[] {
  return Object.entries(tokens).map(([what, rate]) => {
    const expensive = long?.[what as keyof TokenRates];
    const usd = formatPerMillion(rate);
    return {
      what,
      usd,
      per: 'million tokens',
      ...(expensive === undefined ? {} : { longContextUsd: formatPerMillion(expensive) }),
      ...(multiplier && { negotiatedUsd: formatPerMillion(times(rate, multiplier)) }),
    };
  });
}

/** Tokens of a medium that costs otherwise than text: `image-output` is what a picture made is counted in. */
function mediumRate(medium: string, rate: Rate, multiplier: Negotiated | undefined): ExplainedRate {
  const negotiatedUsd = multiplier && formatPerMillion(times(rate, multiplier));
  const what = medium.replace('-', ' ');
  return {
    what,
    usd: formatPerMillion(rate),
    per: 'million tokens',
    ...(negotiatedUsd && { negotiatedUsd }),
  };
}

/** An embedding is of a picture that it is given; all others make theirs. */
const imageName = ({ kind }: PricedModel, size: string): string =>
  kind === 'embedding' ? `image given${size === 'any' ? '' : `, ${size}`}` : `image ${size}`;

/** A resolution is of video made; the name of a medium is of what goes in. */
const secondsName = (name: string): string => (/^\d/.test(name) ? `video ${name}` : `${name} given`);

export function perUnit(
  what: string,
  rate: Rate,
  per: ExplainedRate['per'],
  multiplier?: Negotiated,
): ExplainedRate {
  const negotiated = multiplier && { negotiatedUsd: formatPerUnit(times(rate, multiplier)) };
  return { what, usd: formatPerUnit(rate), per, ...negotiated };
}

/** For reading only: a call is rounded once, from the exact product. */
const times = (rate: Rate, { billionths }: Negotiated): Rate => (rate * billionths) / 1_000_000_000n;
