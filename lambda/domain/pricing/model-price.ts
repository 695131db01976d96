import { type Invocation, invocationFlags, type Usage } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { noUsage, usedAnything } from '../metering/tokens.ts';
import { type CostLine, costOf, type NanoUsd } from '../money.ts';
import {
  allowanceCost,
  callAllowance,
  ceilingCost,
  ceilingLines,
  dearestRates,
  mostQueries,
  unknownPrice,
} from './ceiling.ts';
import { type FoundRow, findRow } from './find-row.ts';
import { type Multipliers, multiplierOf, negotiatedFlag } from './negotiated.ts';
import { priceBook } from './price-book.ts';
import type { PricedModel, PriceRow, TokenRates } from './price-row.ts';
import type { ResolvedModel } from './resolve-model.ts';
import { type ServedAt, servedAt } from './served-at.ts';
import { type AssumedWrite, usageLines } from './usage-lines.ts';

/** A charge without the stamps that all have. */
export type Outcome = Omit<Charge, 'model' | 'book'>;

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
): Outcome {
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
    return atCeiling(reason, ceilingCost(dearestRates(model.rows), invocation.usage), []);
  }
  const flags = [...modelFlags, ...found.flags, ...(model.otherMedia ? [textAssumed] : [])];
  const rates = new Rates(model, found, tier, multipliers);
  if (model.kind === 'rerank') return queryPrice(invocation.usage, found.row, flags, rates);
  if (model.kind === 'video' && invocation.usage?.video === undefined) {
    return atCeiling(untold, longestVideo(model, found.row), flags);
  }
  const usage = invocation.usage ?? (model.kind === 'image' ? noUsage : undefined);
  const textUntold = model.otherMedia === true && usage?.input === 0;
  if (usage === undefined || textUntold) {
    return atCeiling(untold, allowanceCost(dearestRates([found.row])), flags);
  }
  const priced = usageLines(model, found.row, usage, { assumeCacheWrites, assumeImages });
  const all = [...flags, ...priced.flags];
  const missing = uncounted(invocation, found.row, priced.tokens);
  if (missing.length > 0) {
    // How long an unknown prompt was is unknown, too, and a long one makes all of the call dearer.
    const long = invocation.flags.includes(invocationFlags.inputUncounted);
    const told = long ? ceilingLines(dearestRates([found.row]), usage) : priced.worst;
    return atCeiling('the record tells a part of its usage only', costOf([...told, ...missing]), all);
  }
  const extra = fee === undefined ? [] : [{ quantity: 1, rate: fee }];
  const cost = rates.costOf(priced.lines) + costOf(extra);
  if (cost === 0n) {
    return { cost, quality: 'free', reason: zeroReason(usage), flags: all };
  }
  const worst = rates.costOf(priced.worst) + costOf(extra);
  return rates.stamped(cost, worst, all, priced.assumed || flags.length > 0);
}

/** The tokens are taken for text, which the record does not tell from a picture's, a sound's or a video's. */
const textAssumed = 'text-assumed';

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
    const { factor } = this.#served;
    return costOf(lines, this.#multiplier === undefined ? [factor] : [factor, this.#multiplier.billionths]);
  }

  stamped(cost: NanoUsd, worst: NanoUsd, flags: readonly string[], assumed: boolean): Outcome {
    const multiplier = this.#multiplier;
    const negotiated = this.#agreed || multiplier !== undefined;
    return {
      cost,
      // Nothing to say where the assumption is the dearest case.
      ...(worst > cost && { worstCase: worst - cost }),
      quality: assumed || this.#served.assumed ? 'assumed' : 'priced',
      reason: undefined,
      flags: [...flags, ...this.#served.flags, ...(negotiated ? [negotiatedFlag] : [])],
      ...(multiplier !== undefined && { multiplier: multiplier.text }),
    };
  }
}

function atCeiling(reason: string, cost: NanoUsd, flags: readonly string[]): Outcome {
  return { cost, quality: 'ceiling', reason, flags: ['ceiling', ...flags] };
}

/** A ranking call is billed by the query of up to 100 documents, each of them in chunks of some length. */
const queryFlags = {
  /** The request's body counts the documents; that each is one chunk is assumed. */
  counted: 'queries-from-documents',
  /** Nobody counts the documents: one query is assumed. */
  assumed: 'one-query-assumed',
} as const;
const documentsPerQuery = 100;

function queryPrice(
  usage: Usage | undefined,
  row: PriceRow,
  flags: readonly string[],
  rates: Rates,
): Outcome {
  const { documents } = usage ?? {};
  const quantity = documents === undefined ? 1 : Math.ceil(documents / documentsPerQuery);
  const priceOf = (queries: number) => rates.costOf([{ quantity: queries, rate: row.query ?? 0n }]);
  const flag = documents === undefined ? queryFlags.assumed : queryFlags.counted;
  return rates.stamped(priceOf(quantity), priceOf(mostQueries), [flag, ...flags], true);
}

function longestVideo({ mostSeconds = 0 }: PricedModel, row: PriceRow): NanoUsd {
  return costOf([{ quantity: mostSeconds, rate: dearestRates([row]).second }]);
}

/** The allowance stands in for a count that a record lacks, unless that count would cost nothing. */
function uncounted({ flags }: Invocation, row: PriceRow, inForce: TokenRates): readonly CostLine[] {
  const { input, output } = dearestRates([row]).tokens;
  const long = flags.includes(invocationFlags.inputUncounted);
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
