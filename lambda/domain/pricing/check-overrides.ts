import type { Rate } from '../money.ts';
import { checkRow } from './check-book.ts';
import { parseModelId } from './model-id.ts';
import { overrideRow, type PriceOverride, unlistedModel } from './overrides.ts';
import type { PriceBook } from './price-book.ts';
import { type PricedModel, type PriceRow, tokenClasses } from './price-row.ts';

/** What is wrong with one override, as a phrase that goes after "must": its place in the list, and why. */
export interface OverrideProblem {
  readonly index: number;
  readonly must: string;
}

/**
 * Holds overrides against the price book. A rate that was forgotten, or that looks like a typing error, would quietly
 * bill too little: what is missing is always refused, what is unusual unless `unusual` says why.
 */
export function checkOverrides(overrides: readonly PriceOverride[], book: PriceBook): OverrideProblem[] {
  const own = overrides.flatMap((override, index) =>
    problemsOf(override, book).map((must) => ({ index, must })),
  );
  return [...own, ...overlaps(overrides, book)];
}

function problemsOf(override: PriceOverride, book: PriceBook): string[] {
  const { model: name, from, until, unusual } = override;
  const read = parseModelId(name, (label) => book.providers.has(label));
  const isId = read.kind === 'model' && read.id === name && read.provider !== undefined;
  if (!isId) {
    return [
      'name a model by its id, for example "amazon.nova-pro-v1:0": a profile is told by scope and regions',
    ];
  }
  if (from !== undefined && until !== undefined && until < from) return ['not end before it begins'];
  const model = book.find(name) ?? unlistedModel(name, [override]);
  const { row } = overrideRow(override);
  const missing = missingIn(model, row, override);
  if (missing.length > 0 || unusual !== undefined) return missing;
  return [
    ...checkRow(model, row).map(
      (what) => `not be a slip (${what}): correct it, or say in \`unusual\` why it is right`,
    ),
    ...farFromList(model, row),
  ];
}

/** Everything that the list prices has to be priced: what an override leaves out would be guessed. */
function missingIn(model: PricedModel, row: PriceRow, { scope }: PriceOverride): string[] {
  const listed = model.rows.filter((each) => scope === undefined || each.scope === scope);
  switch (model.kind) {
    case 'image': {
      const classes = [...new Set(listed.flatMap(({ images }) => Object.keys(images)))];
      const covered = (name: string) => row.images['any'] !== undefined || row.images[name] !== undefined;
      if (Object.keys(row.images).length === 0) return ['give usdPerImage: it makes images'];
      const open = classes.filter((name) => !covered(name));
      return open.length === 0 ? [] : [`also price images of ${open.join(', ')}, or \`any\``];
    }
    case 'video': {
      const open = [...new Set(listed.flatMap(({ seconds }) => Object.keys(seconds)))].filter(
        (name) => row.seconds[name] === undefined,
      );
      if (Object.keys(row.seconds).length === 0) return ['give usdPerSecond: it makes video'];
      return open.length === 0 ? [] : [`also price seconds of ${open.join(', ')}`];
    }
    case 'rerank':
      return row.query === undefined ? ['give usdPerQuery: it ranks'] : [];
    default: {
      const wanted = new Set(['input', 'output', ...listed.flatMap(({ tokens }) => Object.keys(tokens))]);
      const open = tokenClasses.filter((name) => wanted.has(name) && row.tokens[name] === undefined);
      const pieces = [
        ['usdPerImage', listed.flatMap(({ images }) => Object.keys(images)), row.images],
        ['usdPerSecond', listed.flatMap(({ seconds }) => Object.keys(seconds)), row.seconds],
      ] as const;
      const piecesOpen = pieces.flatMap(([field, names, own]) => {
        const lacking = [...new Set(names)].filter((name) => own[name] === undefined);
        return lacking.length === 0 ? [] : [`also give ${field} of ${lacking.join(', ')}: the list does`];
      });
      const long = listed.find(({ longContext }) => longContext !== undefined)?.longContext;
      const longOpen = tokenClasses.filter(
        (name) =>
          row.longContext !== undefined &&
          row.tokens[name] !== undefined &&
          row.longContext.tokens[name] === undefined,
      );
      return [
        ...(open.length === 0
          ? []
          : [`also price ${open.join(', ')}: the list does, and what is left out would be guessed`]),
        ...piecesOpen,
        ...(long === undefined || row.longContext !== undefined
          ? []
          : [`also give longContext: the list has other rates above ${long.above} tokens`]),
        ...(longOpen.length === 0 ? [] : [`also price ${longOpen.join(', ')} of a long context`]),
      ];
    }
  }
}

/** A contract gives some per cent: the double or a tenth of the list is a slip of the point or of the unit. */
function farFromList(model: PricedModel, row: PriceRow): string[] {
  return tokenClasses.flatMap((name) => {
    const own = row.tokens[name];
    const listed = model.rows.flatMap(({ tokens }) => tokens[name] ?? []);
    if (own === undefined || listed.length === 0) return [];
    const lowest = listed.reduce((a: Rate, b) => (b < a ? b : a));
    const highest = listed.reduce((a: Rate, b) => (b > a ? b : a));
    return own > 2n * highest || 10n * own < lowest
      ? [
          `not be over twice or under a tenth of the list price (${name}): correct it, or say in \`unusual\` why it is right`,
        ]
      : [];
  });
}

/** Two that say the same about one call would make its price a matter of their order. */
function overlaps(overrides: readonly PriceOverride[], book: PriceBook): OverrideProblem[] {
  const keys = overrides.map(({ model, scope = 'any', regions = ['*'], from = '' }) =>
    regions.map((region) => `${book.find(model)?.id ?? model} ${scope} ${region} ${from}`),
  );
  return keys.flatMap((own, index) => {
    const first = keys.findIndex((other) => other.some((key) => own.includes(key)));
    return first < index
      ? [{ index, must: `not price what override ${first} already does from the same day` }]
      : [];
  });
}
