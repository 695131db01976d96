import type { Usage } from '../metering/invocation.ts';
import { promptTokens } from '../metering/tokens.ts';
import type { CostLine, Rate } from '../money.ts';
import { callAllowance, videoLine } from './ceiling.ts';
import type { PricedModel, PriceRow } from './price-row.ts';

export const pieceFlags = {
  /** The record does not count its images: the number in the settings is taken. */
  imageCountAssumed: 'image-count-assumed',
  /** The record does not tell size and quality of its images: the most expensive class is used. */
  imageClassAssumed: 'image-class-assumed',
  /** The record does not tell the resolution of its video, or no list has it: the next more expensive one is used. */
  videoClassAssumed: 'video-class-assumed',
} as const;

/** What is paid by the piece. */
export interface PieceLines {
  readonly lines: readonly CostLine[];
  /** The same, had what was assumed been the most expensive case. */
  readonly worst: readonly CostLine[];
  readonly flags: readonly string[];
}

const nothing: PieceLines = { lines: [], worst: [], flags: [] };

export function imageLines(
  { kind, pictures }: Pick<PricedModel, 'kind' | 'pictures'>,
  row: PriceRow,
  usage: Usage,
  assumed: number,
): PieceLines {
  const { images, imageClass } = usage;
  const highestRate = highest(Object.values(row.images));
  if (highestRate === undefined) return nothing;
  // What takes a picture in place of a text was given a text where its tokens are counted.
  if (kind === 'embedding' && pictures === undefined && images === undefined && usage.input > 0) {
    return nothing;
  }
  // An embedding is of one picture at most.
  const most = kind === 'embedding' ? 1 : callAllowance.images;
  const quantity = images ?? Math.min(assumed, most);
  const name = imageClass ?? 'any';
  // Only Titan has a class for small pictures; with all others they are of the next one.
  const known = row.images[name] ?? row.images[name.replace(/^512-/, '1024-')] ?? row.images['any'];
  const rate = known ?? highestOf(row, name) ?? highestRate;
  return {
    lines: [{ quantity, rate }],
    worst: [{ quantity: images ?? Math.max(assumed, most), rate }],
    flags: [
      ...(images === undefined ? [pieceFlags.imageCountAssumed] : []),
      ...(known === undefined && quantity > 0 ? [pieceFlags.imageClassAssumed] : []),
    ],
  };
}

/** The most expensive size of a quality, where the class tells the quality alone: `?-standard`. */
function highestOf({ images }: PriceRow, name: string): Rate | undefined {
  const quality = /^\?(-\w+)$/.exec(name)?.[1];
  const ofQuality = Object.entries(images).flatMap(([key, rate]) =>
    quality !== undefined && key.endsWith(quality) ? [rate] : [],
  );
  return highest(ofQuality);
}

export function videoLines(row: PriceRow, { video }: Usage): PieceLines {
  if (video === undefined) return nothing;
  const classes = Object.entries(row.seconds).map(([name, rate]) => ({
    lines: Number.parseInt(name, 10),
    rate,
  }));
  const highestRate = highest(classes.map(({ rate }) => rate));
  if (highestRate === undefined) return nothing;
  const { milliseconds, height } = video;
  const own = classes.find(({ lines }) => lines === height)?.rate;
  const larger = classes.filter(({ lines }) => height !== undefined && lines > height);
  const next = larger.toSorted((a, b) => a.lines - b.lines)[0]?.rate;
  const lines = [videoLine(milliseconds, own ?? next ?? highestRate)];
  return {
    lines,
    worst: own === undefined ? [videoLine(milliseconds, highestRate)] : lines,
    flags: own === undefined ? [pieceFlags.videoClassAssumed] : [],
  };
}

/**
 * Counted pieces that the row has no rate for, each at the highest rate of its kind among `others`: never nothing. Empty
 * where all that is counted has a rate, or is counted in tokens as well. A number that only the request of a model paid
 * by the token names is none: callers write there what they like.
 */
export function unlistedPieces(
  { kind, pictures: taken }: Pick<PricedModel, 'kind' | 'pictures'>,
  row: PriceRow,
  usage: Usage,
  others: { readonly image: Rate; readonly second: Rate; readonly query: Rate },
): readonly CostLine[] {
  const { images, imagesAsked, video, searches = 0 } = usage;
  const counted = promptTokens(usage) + usage.output > 0;
  const told = kind === 'chat' ? images !== undefined && imagesAsked === undefined : (images ?? 0) > 0;
  // Beside a text, a picture is in no token.
  const covered = counted && taken !== 'beside-text';
  const pictures = told && !covered && (kind === 'chat' || kind === 'embedding');
  return [
    ...(pictures && Object.keys(row.images).length === 0
      ? [{ quantity: images ?? 0, rate: others.image }]
      : []),
    ...(video !== undefined && !made(kind, row) ? [videoLine(video.milliseconds, others.second)] : []),
    ...(searches > 0 && kind !== 'rerank' ? [{ quantity: searches, rate: others.query }] : []),
  ];
}

const made = (kind: PricedModel['kind'], row: PriceRow) =>
  kind === 'video' && Object.keys(row.seconds).length > 0;

function highest(rates: readonly Rate[]): Rate | undefined {
  return rates.reduce<Rate | undefined>(
    (most, rate) => (most === undefined || rate > most ? rate : most),
    undefined,
  );
}
