import { assertNever } from '../../../../lambda/domain/assert-never.ts';
import type { Rate } from '../../../../lambda/domain/money.ts';
import { formatPerMillion, formatPerUnit } from '../../../../lambda/domain/pricing/format-rate.ts';
import { parseModelId } from '../../../../lambda/domain/pricing/model-id.ts';
import type { PriceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import { isRoundedMultiple } from '../../../../lambda/domain/pricing/price-list/rounding.ts';
import type { PricedModel, PriceRow } from '../../../../lambda/domain/pricing/price-row.ts';
import { tierFactor } from '../../../../lambda/domain/pricing/tier-factors.ts';
import { candidatePlaces, type Place } from './candidate-places.ts';
import type { MapKey } from './map-key.ts';
import type { MapEntry, MapPrice, PriceMap } from './read-price-map.ts';

/** What the book would need to have an answer. */
export type Lacking = 'model' | 'place' | 'class' | 'tier' | 'long context';

/** One price of a map beside the book's. Amounts are exact USD: for a million tokens, else for one unit. */
export interface MapFinding {
  readonly status: 'agreed' | 'different' | 'lacking';
  /** As the map spells it. */
  readonly key: string;
  /** The map's field; absent where the whole key is lacking. */
  readonly field?: string;
  readonly map?: string;
  readonly per?: 'million tokens' | 'image' | 'second' | 'query';
  /** Where in the book: `regional us-east-1`. */
  readonly place?: string;
  readonly book?: string;
  /** Map over book, to four decimals. */
  readonly ratio?: string;
  readonly lacks?: Lacking;
  /** Where the book's price is from: in short, in full, and the day on which that source said so. */
  readonly source?: string;
  readonly sourceText?: string;
  readonly asOf?: string;
}

export interface MapComparison {
  readonly book: string;
  /** Day (UTC) of the book's prices. */
  readonly day: string;
  readonly counts: Readonly<Record<MapFinding['status'], number>>;
  readonly findings: readonly MapFinding[];
  /** Price fields of the map that no rule reads, and of how many keys. */
  readonly unread: Readonly<Record<string, number>>;
  /** Models of the book that no key of the map names. */
  readonly notInMap: readonly string[];
  readonly commitments: number;
  readonly otherProviders: number;
}

/**
 * Holds a price map against the book as it stands on `day` (UTC). Pure, and nothing follows from it: a map is what somebody
 * else believes. A key that leaves its Region open is held against the one place where most of its prices agree.
 */
export function comparePriceMap(map: PriceMap, day: string, book: PriceBook): MapComparison {
  const held = map.entries.map((entry) => ({ entry, ...named(entry.place, book) }));
  const findings = held.flatMap(({ entry, model, prefix }) => findingsOf(entry, model, prefix, day));
  const count = (status: MapFinding['status']) =>
    findings.filter((finding) => finding.status === status).length;
  const seen = new Set(held.map(({ model }) => model?.id));
  const unread: Record<string, number> = {};
  for (const name of map.entries.flatMap((entry) => entry.unread)) unread[name] = (unread[name] ?? 0) + 1;
  return {
    book: book.version,
    day,
    counts: { agreed: count('agreed'), different: count('different'), lacking: count('lacking') },
    findings,
    unread,
    notInMap: book.models.map(({ id }) => id).filter((id) => !seen.has(id)),
    commitments: map.commitments,
    otherProviders: map.others,
  };
}

interface Named {
  readonly model: PricedModel | undefined;
  /** First label of a profile's id. */
  readonly prefix: string | undefined;
}

function named({ name }: MapKey, book: PriceBook): Named {
  const read = parseModelId(name, (label) => book.providers.has(label));
  if (read.kind !== 'model') return { model: undefined, prefix: undefined };
  const label = name.slice(0, Math.max(0, name.indexOf(`.${read.id}`)));
  return { model: book.find(read.id), prefix: label === '' ? undefined : label };
}

function findingsOf(
  entry: MapEntry,
  model: PricedModel | undefined,
  prefix: string | undefined,
  day: string,
): readonly MapFinding[] {
  const { key, place, prices } = entry;
  if (prices.length === 0) return [];
  if (model === undefined) return [{ status: 'lacking', key, lacks: 'model' }];
  const [first, ...others] = candidatePlaces(model, prefix, place.region, day).map((candidate) =>
    prices.flatMap((price) => findingAt(entry, price, model, candidate)),
  );
  if (first === undefined) return [{ status: 'lacking', key, lacks: 'place' }];
  return others.reduce((best, next) => (agreements(next) > agreements(best) ? next : best), first);
}

const agreements = (findings: readonly MapFinding[]): number =>
  findings.filter(({ status }) => status === 'agreed').length;

function findingAt(
  { key, place: { picture } }: MapEntry,
  { name, field, rate }: MapPrice,
  { id }: PricedModel,
  { scope, region, row }: Place,
): readonly MapFinding[] {
  const per = field.per === 'token' ? 'million tokens' : field.per;
  const write = field.per === 'token' ? formatPerMillion : formatPerUnit;
  const about = {
    ...({ key, field: name, map: write(rate), per, place: `${scope} ${region}` } as const),
    ...{ source: row.source, sourceText: row.sourceText, asOf: row.asOf },
  };
  const lacking = (lacks: Lacking): readonly MapFinding[] => [{ status: 'lacking', ...about, lacks }];
  const known = bookRate(field, row, picture);
  if (known === 'long context') return lacking(known);
  // To charge nothing for what the model does not sell is to agree.
  if (known === undefined) return rate === 0n ? [] : lacking('class');
  if (field.per !== 'token' || field.tier === 'standard') {
    if (known === rate) return [{ status: 'agreed', ...about, book: write(known) }];
    return [{ status: 'different', ...about, book: write(known), ratio: ratio(rate, known) }];
  }
  const factor = tierFactor(id, field.tier)?.factor;
  if (factor === undefined) return lacking('tier');
  const exact = timesFactor(known, factor);
  return isRoundedMultiple(write(rate), known, factor)
    ? [{ status: 'agreed', ...about, book: write(exact) }]
    : [{ status: 'different', ...about, book: write(exact), ratio: ratio(rate, exact) }];
}

function bookRate(
  field: MapPrice['field'],
  row: PriceRow,
  picture: string | undefined,
): Rate | 'long context' | undefined {
  switch (field.per) {
    case 'query':
      return row.query;
    case 'image':
      return firstOf(row.images, picture === undefined ? field.variants : [picture, 'any']);
    case 'second':
      return firstOf(row.seconds, field.variants);
    case 'token': {
      if (field.above === undefined) return firstOf(row.tokens, field.classes);
      return row.longContext?.above === field.above
        ? firstOf(row.longContext.tokens, field.classes)
        : 'long context';
    }
    default:
      return assertNever(field);
  }
}

function firstOf(
  rates: Readonly<Record<string, Rate | undefined>>,
  names: readonly string[],
): Rate | undefined {
  return names.map((name) => rates[name]).find((rate) => rate !== undefined);
}

/** A factor has two decimals at most. */
const timesFactor = (rate: Rate, factor: string): Rate =>
  (rate * BigInt(Math.round(Number(factor) * 100))) / 100n;

function ratio(map: Rate, book: Rate): string {
  if (book === 0n) return 'from nothing';
  const tenThousandths = ((map * 20_000n) / book + 1n) / 2n;
  return `${tenThousandths / 10_000n}.${(tenThousandths % 10_000n).toString().padStart(4, '0')}`;
}
