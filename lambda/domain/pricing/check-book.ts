import type { Rate } from '../money.ts';
import { checkTiers } from './check-tiers.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel, PriceRow, TokenRates } from './price-row.ts';

/**
 * Finds slips in a price book: price lists themselves have had them (a cache read ten times the input, a transposed
 * output). Each finding is one sentence; an empty list means that nothing looks wrong.
 */
export function checkBook(book: PriceBook): string[] {
  return book.models.flatMap((model) => [
    ...model.rows.flatMap((row) =>
      checkRow(model, row).map((what) => `${model.id}, ${place(row)}: ${what}.`),
    ),
    ...checkModel(model).map((what) => `${model.id}: ${what}.`),
  ]);
}

function place({ scope, regions, from }: PriceRow): string {
  return `${scope} in ${regions.join(', ')}${from === undefined ? '' : ` from ${from}`}`;
}

/** Slips in one row, whatever the others say. */
export function checkRow(model: Pick<PricedModel, 'kind'>, row: PriceRow): string[] {
  const long = row.longContext;
  const pieces = [
    ...Object.values(row.images),
    ...Object.values(row.seconds),
    ...Object.values(row.mediaTokens ?? {}),
    row.query ?? 1n,
    row.request ?? 1n,
  ];
  return [
    ...(pieces.some((rate) => rate <= 0n) ? ['a piece costs nothing, or less'] : []),
    ...(row.regions.length === 0 ? ['it names no region'] : []),
    ...(model.kind === 'image' && Object.keys(row.images).length === 0
      ? ['an image model has no price per image']
      : []),
    ...(model.kind === 'rerank' && row.query === undefined ? ['a ranking model has no price per query'] : []),
    ...(model.kind === 'video' && Object.keys(row.seconds).length === 0
      ? ['a video model has no price per second']
      : []),
    ...(['image', 'rerank', 'video'].includes(model.kind) || row.request !== undefined
      ? []
      : checkTokens(model, row.tokens)),
    ...(long === undefined
      ? []
      : checkTokens(model, long.tokens).map((what) => `in a long context, ${what}`)),
    ...(long === undefined || long.above > 0 ? [] : ['a long context starts at no tokens']),
    ...(long === undefined || (long.tokens.input ?? 0n) >= (row.tokens.input ?? 0n)
      ? []
      : ['a long context is cheaper than a short one']),
  ];
}

function checkTokens({ kind }: Pick<PricedModel, 'kind'>, tokens: TokenRates): string[] {
  const { input, output, cacheRead } = tokens;
  if (input === undefined || output === undefined) {
    return ['it lacks the price of input or of output'];
  }
  const writes = [tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWrite30m];
  return [
    ...(Object.values(tokens).some((rate) => rate < 0n) ? ['a price is negative'] : []),
    ...(kind === 'chat' && output < input ? ['output is cheaper than input'] : []),
    ...(input === 0n && output === 0n ? ['all tokens cost nothing'] : []),
    ...(cacheRead === undefined || cacheRead < input || (cacheRead === 0n && input === 0n)
      ? []
      : ['a cache read is not cheaper than input']),
    ...(writes.some((rate) => rate !== undefined && rate > 2n * input)
      ? ['a cache write costs over twice the input']
      : []),
  ];
}

function checkModel(model: PricedModel): string[] {
  const undated = (scope: string) => model.rows.some((row) => row.scope === scope && row.from === undefined);
  return [
    ...(undated('regional') ? [] : ['no regional price holds for all earlier times']),
    ...(model.rows.some((row) => row.scope === 'global') && !undated('global')
      ? ['no global price holds for all earlier times']
      : []),
    ...checkDuplicates(model),
    ...checkScopes(model),
    ...checkRegions(model),
    ...checkTiers(model.id),
  ];
}

/** Two rows for one key would make the price a matter of their order. */
function checkDuplicates({ rows }: PricedModel): string[] {
  const keys = rows.flatMap((row) =>
    row.regions.map((region) => `${row.scope} ${region} ${row.from ?? 'always'}`),
  );
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `two prices for ${key}`);
}

function checkScopes({ rows }: PricedModel): string[] {
  const globals = rows.filter((row) => row.scope === 'global');
  return globals.flatMap((global) => {
    const peers = rows.filter(
      (row) =>
        row.scope === 'regional' &&
        row.from === global.from &&
        row.regions.some((region) => global.regions.includes(region)),
    );
    return peers.flatMap((peer) =>
      inBand(global.tokens.input, peer.tokens.input) && inBand(global.tokens.output, peer.tokens.output)
        ? []
        : [`regional in ${peer.regions.join(', ')} is not between 1 and 2 times global`],
    );
  });
}

/** Of a row that was checked, and taken over as AWS has it although it stands out. */
export const outlierSource = 'aws-price-list-outlier';

/** Regions differ by up to 1.8 times; twice and more is a slip, unless it was checked. */
function checkRegions({ rows }: PricedModel): string[] {
  const usual = rows.filter(({ source }) => source !== outlierSource);
  return usual.flatMap((row) =>
    usual
      .filter((other) => other.scope === row.scope && other.from === row.from)
      .filter((other) => (row.tokens.input ?? 0n) > 2n * (other.tokens.input ?? row.tokens.input ?? 0n))
      .map((other) => `${row.regions.join(', ')} pays over twice what ${other.regions.join(', ')} pays`),
  );
}

function inBand(global: Rate | undefined, regional: Rate | undefined): boolean {
  return global === undefined || regional === undefined || (regional >= global && regional <= 2n * global);
}
