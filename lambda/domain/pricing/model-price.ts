import { type Invocation, invocationFlags, type Usage } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { noUsage, promptTokens, usedAnything } from '../metering/tokens.ts';
import { type CostLine, costOf, type NanoUsd, unchanged } from '../money.ts';
import { remembered } from '../remembered.ts';
import {
  allowanceCost,
  callAllowance,
  ceilingCost,
  ceilingLines,
  highestRates,
  unknownPrice,
} from './ceiling.ts';
import { type FoundRow, findRow } from './find-row.ts';
import { highestMedia, mediaFlags, mediaPrice } from './media-lines.ts';
import { type Multipliers, multiplierOf, negotiatedFlag } from './negotiated.ts';
import { unlistedPieces } from './piece-lines.ts';
import { priceBook } from './price-book.ts';
import type { PricedModel, PriceRow, TokenRates } from './price-row.ts';
import { queriesOf } from './query-lines.ts';
import type { ResolvedModel } from './resolve-model.ts';
import { type ServedAt, servedAt } from './served-at.ts';
import { type AssumedWrite, usageLines } from './usage-lines.ts';

/** A charge without the stamps that all have. */
export type UnstampedCharge = Omit<Charge, 'model' | 'book'>;

export interface ModelPriceOptions {
  readonly multipliers: Multipliers;
  readonly assumeCacheWrites: AssumedWrite;
  readonly assumeImages: number;
}

type Priced = Extract<ResolvedModel, { kind: 'priced' }>;

const untold = 'the record does not tell what was used';

/** The list price, times the tier's factor and what was negotiated; of a ceiling the list price alone. */
export function modelPrice(
  invocation: Invocation,
  { model, scope, flags: modelFlags, fee }: Priced,
  { multipliers, assumeCacheWrites, assumeImages }: ModelPriceOptions,
): UnstampedCharge {
  const { region, timestamp, tier } = invocation;
  const found = findRow(model, scope, region, timestamp.slice(0, 10), tier);
  if (found === undefined) {
    // A model that only a contract knows has no list to go by.
    const reason = 'the price book has no price for that day';
    if (model.rows.length === 0) {
      const called = { name: model.id, provider: model.provider };
      const { cost, floor } = unknownPrice(priceBook, called, invocation.usage);
      return { ...atCeiling(reason, cost, []), floor };
    }
    return atCeiling(reason, ceilingCost(highestRates(model.rows), invocation.usage), []);
  }
  const mediaShown = (invocation.usage?.media ?? []).length > 0;
  const textAssumed = model.otherMedia && !mediaShown ? [mediaFlags.textAssumed] : [];
  const flags = [...modelFlags, ...found.flags, ...textAssumed];
  const rates = new Rates(model, found, tier, multipliers);
  if (model.kind === 'rerank') return queryPrice(invocation.usage, found.row, flags, rates);
  const media = mediaPrice(model, found.row, invocation.usage);
  if (media?.kind === 'bounded') return atCeiling(media.reason, costOf(media.lines), flags);
  if (model.kind === 'video' && invocation.usage?.video === undefined) {
    return atCeiling(untold, longestVideo(model, found.row), flags);
  }
  if (media?.kind === 'lines') {
    const cost = rates.costOf(media.lines);
    const assumed = flags.length + media.flags.length > 0;
    return rates.stamped(cost, cost, [...media.flags, ...flags], assumed);
  }
  const usage = invocation.usage ?? (model.kind === 'image' ? noUsage : undefined);
  const takesPictures = model.otherMedia === true || model.pictures === 'as-tokens';
  const bound = highestMedia(found.row);
  if (usage === undefined || (takesPictures && model.kind === 'embedding' && usage.input === 0)) {
    return atCeiling(untold, allowanceCost(highestRates([bound])), flags);
  }
  const row = media === undefined ? found.row : { ...found.row, tokens: media.tokens };
  const priced = usageLines(model, row, usage, { assumeCacheWrites, assumeImages });
  const all = [...flags, ...(media?.flags ?? []), ...priced.flags];
  const pieces = unlistedPieces(model, found.row, usage, highestPieces(model.kind));
  if (pieces.length > 0) {
    const counted = costOf([...priced.worst, ...pieces]);
    const rest = promptTokens(usage) > 0 ? 0n : allowanceCost(highestRates([bound]));
    return atCeiling('the price book has no rate for what the record counts', counted + rest, all);
  }
  const missing = uncounted(invocation, bound, priced.tokens);
  if (missing.length > 0) {
    // How long an unknown prompt was is unknown, too, and a long one makes all of the call more expensive.
    const long = invocation.flags.includes(invocationFlags.inputUncounted);
    const told = long ? ceilingLines(highestRates([bound]), usage) : priced.worst;
    return atCeiling('the record tells a part of its usage only', costOf([...told, ...missing]), all);
  }
  const extra = fee === undefined ? [] : [{ quantity: 1, rate: fee }];
  const cost = rates.costOf(priced.lines) + costOf(extra);
  if (cost === 0n) {
    return { cost, quality: 'free', reason: zeroReason(usage), flags: all };
  }
  const worst = rates.costOf(priced.worst) + costOf(extra);
  const assumed = priced.assumed || flags.length + (media?.flags.length ?? 0) > 0;
  return rates.stamped(cost, worst, all, assumed);
}

/** The highest rates of the list for pieces of that kind of model; of all models where none of that kind has one. */
const highestPieces = remembered((kind: PricedModel['kind']) => {
  const of = (models: readonly PricedModel[]) => highestRates(models.flatMap(({ rows }) => rows));
  const own = of(priceBook.models.filter((model) => model.kind === kind));
  const all = of(priceBook.models);
  const queries = priceBook.models.flatMap(({ rows }) => rows.flatMap(({ query }) => query ?? []));
  return {
    image: own.image > 0n ? own.image : all.image,
    second: all.second,
    query: queries.reduce((most, rate) => (rate > most ? rate : most), 0n),
  };
});

/** How the rates of a row are charged: in which tier, and at what was negotiated. */
class Rates {
  readonly #served: ServedAt;
  readonly #agreed: boolean;
  readonly #multiplier: ReturnType<typeof multiplierOf>;

  constructor(model: PricedModel, found: FoundRow, tier: string | undefined, multipliers: Multipliers) {
    this.#agreed = found.negotiated === true;
    // A contract's rate of that very tier has its factor in it.
    this.#served = servedAt(model.id, found.tier === undefined ? tier : undefined);
    this.#multiplier = this.#agreed ? undefined : multiplierOf(model, multipliers);
  }

  costOf(lines: readonly CostLine[]): NanoUsd {
    return costOf(lines, [this.#served.factor, this.#multiplier?.billionths ?? unchanged]);
  }

  stamped(cost: NanoUsd, worst: NanoUsd, flags: readonly string[], assumed: boolean): UnstampedCharge {
    const multiplier = this.#multiplier;
    const negotiated = this.#agreed || multiplier !== undefined;
    return {
      cost,
      // Nothing to say where the assumption is the most expensive case.
      ...(worst > cost && { worstCase: worst - cost }),
      quality: assumed || this.#served.assumed ? 'assumed' : 'priced',
      reason: undefined,
      flags: [...flags, ...this.#served.flags, ...(negotiated ? [negotiatedFlag] : [])],
      ...(multiplier !== undefined && { multiplier: multiplier.text }),
    };
  }
}

function atCeiling(reason: string, cost: NanoUsd, flags: readonly string[]): UnstampedCharge {
  return { cost, quality: 'ceiling', reason, flags: ['ceiling', ...flags] };
}

function queryPrice(
  usage: Usage | undefined,
  row: PriceRow,
  flags: readonly string[],
  rates: Rates,
): UnstampedCharge {
  const { quantity, worst, flags: own } = queriesOf(usage);
  const priceOf = (queries: number) => rates.costOf([{ quantity: queries, rate: row.query ?? 0n }]);
  const all = [...own, ...flags];
  return rates.stamped(priceOf(quantity), priceOf(worst), all, all.length > 0);
}

function longestVideo({ mostSeconds = 0 }: PricedModel, row: PriceRow): NanoUsd {
  return costOf([{ quantity: mostSeconds, rate: highestRates([row]).second }]);
}

/** The allowance stands in for a count that a record lacks, unless that count would cost nothing. */
function uncounted({ flags }: Invocation, row: PriceRow, inForce: TokenRates): readonly CostLine[] {
  const long = flags.includes(invocationFlags.inputUncounted);
  if (!long && !flags.includes(invocationFlags.outputUncounted)) return [];
  const { input, output } = highestRates([row]).tokens;
  const lines = [
    { flag: invocationFlags.inputUncounted, quantity: callAllowance.input, rate: input },
    {
      flag: invocationFlags.outputUncounted,
      quantity: callAllowance.output,
      rate: long ? output : (inForce.output ?? 0n),
    },
  ];
  return lines.filter(({ flag, rate }) => flags.includes(flag) && rate > 0n);
}

function zeroReason(usage: Usage): string {
  return usedAnything(usage) ? 'the list price of what was used is 0' : 'the record counts nothing';
}
