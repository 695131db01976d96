import type { Usage } from '../metering/invocation.ts';
import type { CostLine, Rate } from '../money.ts';
import { callAllowance, videoLine } from './ceiling.ts';
import type { PricedModel, PriceRow } from './price-row.ts';

export const pieceFlags = {
  /** The record does not count its images: the number in the settings is taken. */
  imageCountAssumed: 'image-count-assumed',
  /** The record does not tell size and quality of its images: the dearest class is used. */
  imageClassAssumed: 'image-class-assumed',
  /** The record does not tell the resolution of its video, or no list has it: the next dearer one is used. */
  videoClassAssumed: 'video-class-assumed',
} as const;

/** What is paid by the piece. */
export interface PieceLines {
  readonly lines: readonly CostLine[];
  /** The same, had what was assumed been the dearest case. */
  readonly worst: readonly CostLine[];
  readonly flags: readonly string[];
}

const nothing: PieceLines = { lines: [], worst: [], flags: [] };

export function imageLines(
  { kind }: Pick<PricedModel, 'kind'>,
  row: PriceRow,
  { images, imageClass }: Usage,
  assumed: number,
): PieceLines {
  const dearest = highest(Object.values(row.images));
  if (dearest === undefined) return nothing;
  // An embedding is of one picture at most.
  const most = kind === 'embedding' ? 1 : callAllowance.images;
  const quantity = images ?? Math.min(assumed, most);
  const name = imageClass ?? 'any';
  // Only Titan has a class for small pictures; with all others they are of the next one.
  const known = row.images[name] ?? row.images[name.replace(/^512-/, '1024-')] ?? row.images['any'];
  return {
    lines: [{ quantity, rate: known ?? dearest }],
    worst: [{ quantity: images ?? Math.max(assumed, most), rate: known ?? dearest }],
    flags: [
      ...(images === undefined ? [pieceFlags.imageCountAssumed] : []),
      ...(known === undefined && quantity > 0 ? [pieceFlags.imageClassAssumed] : []),
    ],
  };
}

export function videoLines(row: PriceRow, { video }: Usage): PieceLines {
  const classes = Object.entries(row.seconds).map(([name, rate]) => ({
    lines: Number.parseInt(name, 10),
    rate,
  }));
  const dearest = highest(classes.map(({ rate }) => rate));
  if (video === undefined || dearest === undefined) return nothing;
  const { milliseconds, height } = video;
  const own = classes.find(({ lines }) => lines === height)?.rate;
  const larger = classes.filter(({ lines }) => height !== undefined && lines > height);
  const next = larger.toSorted((a, b) => a.lines - b.lines)[0]?.rate;
  const lines = [videoLine(milliseconds, own ?? next ?? dearest)];
  return {
    lines,
    worst: own === undefined ? [videoLine(milliseconds, dearest)] : lines,
    flags: own === undefined ? [pieceFlags.videoClassAssumed] : [],
  };
}

function highest(rates: readonly Rate[]): Rate | undefined {
  return rates.reduce<Rate | undefined>(
    (most, rate) => (most === undefined || rate > most ? rate : most),
    undefined,
  );
}
