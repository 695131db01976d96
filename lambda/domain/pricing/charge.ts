import { assertNever } from '../assert-never.ts';
import { type Invocation, invocationFlags, type Usage } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { usedAnything } from '../metering/tokens.ts';
import { type CostLine, costOf, type NanoUsd } from '../money.ts';
import {
  allowanceCost,
  type CeilingRates,
  callAllowance,
  ceilingCost,
  ceilingRates,
  dearestRates,
} from './ceiling.ts';
import { findRow } from './find-row.ts';
import { type Multipliers, multiplierOf, negotiatedFlag, raisedCeiling } from './negotiated.ts';
import { type PriceOverride, withOverrides } from './overrides.ts';
import { type PriceBook, priceBook } from './price-book.ts';
import type { PricedModel, PriceRow, PriceScope, TokenRates } from './price-row.ts';
import { type Profiles, resolveModel } from './resolve-model.ts';
import { type AssumedWrite, usageLines } from './usage-lines.ts';

export interface ChargeOptions {
  readonly profiles: Profiles;
  /** Negotiated prices. @default AWS's list prices */
  readonly prices?:
    | { readonly multipliers: Multipliers; readonly overrides?: readonly PriceOverride[] | undefined }
    | undefined;
  /** Class of a cache write that a record leaves open. @default '5m', what callers get who ask for none */
  readonly assumeCacheWrites?: AssumedWrite | undefined;
}

/**
 * What one call costs. Nothing is free by accident: either the list price is known, or a reason says why nothing is
 * owed, or a flagged ceiling stands in for the price until it is known.
 */
export function charge(
  invocation: Invocation,
  { profiles, prices, assumeCacheWrites = '5m' }: ChargeOptions,
  list: PriceBook = priceBook,
): Charge {
  const book = withOverrides(list, prices?.overrides);
  const multipliers = prices?.multipliers ?? {};
  const resolved = resolveModel(invocation, profiles, book);
  const name = resolved.kind === 'priced' ? resolved.model.id : invocation.modelId;
  const stamp = { model: name, book: book.version };
  if (invocation.guardrailBlockedInput) {
    return { ...stamp, ...free('a guardrail blocked the input, so the model was not asked') };
  }
  switch (resolved.kind) {
    case 'capacity':
      return { ...stamp, ...free('capacity billed by the hour') };
    case 'unknown': {
      const { reason, provider, flags } = resolved;
      const { cost, ...outcome } = ceiling(reason, ceilingRates(book, provider), invocation.usage);
      const raised = raisedCeiling(cost, { provider }, multipliers);
      return { ...stamp, ...outcome, cost: raised, flags: [...outcome.flags, ...flags] };
    }
    case 'priced': {
      const { model, scope, flags } = resolved;
      const outcome = modelPrice(invocation, model, scope, flags, { multipliers, assumeCacheWrites });
      if (outcome.quality !== 'ceiling') return { ...stamp, ...outcome };
      return { ...stamp, ...outcome, cost: raisedCeiling(outcome.cost, model, multipliers) };
    }
    default:
      return assertNever(resolved);
  }
}

/** A ranking call is billed by the query of up to 100 documents; records do not count documents: one is assumed. */
const queryAssumed = 'one-query-assumed';
/** A call can rank up to 1,000 documents. */
const mostQueries = 10;

type Outcome = Omit<Charge, 'model' | 'book'>;

function free(reason: string): Outcome {
  return { cost: 0n, quality: 'free', reason, flags: [] };
}

function ceiling(reason: string, rates: CeilingRates, usage: Usage | undefined): Outcome {
  return { cost: ceilingCost(rates, usage), quality: 'ceiling', reason, flags: ['ceiling'] };
}

/** The list price, times what was negotiated; of a ceiling the list price alone. */
function modelPrice(
  invocation: Invocation,
  model: PricedModel,
  scope: PriceScope,
  modelFlags: readonly string[],
  { multipliers, assumeCacheWrites }: { multipliers: Multipliers; assumeCacheWrites: AssumedWrite },
): Outcome {
  const { usage } = invocation;
  const found = findRow(model, scope, invocation.region, invocation.timestamp.slice(0, 10));
  const agreed = found?.negotiated === true;
  const negotiated = agreed ? undefined : multiplierOf(model, multipliers);
  const priceOf = (lines: readonly CostLine[]) => costOf(lines, negotiated?.billionths);
  const stamped = (outcome: Outcome): Outcome =>
    negotiated === undefined && !agreed
      ? outcome
      : {
          ...outcome,
          flags: [...outcome.flags, negotiatedFlag],
          ...(negotiated !== undefined && { multiplier: negotiated.text }),
        };
  if (found === undefined) {
    // A model that only a contract knows has no list to go by.
    const rates = model.rows.length > 0 ? dearestRates(model.rows) : ceilingRates(priceBook, model.provider);
    return ceiling('the price book has no price for that day', rates, usage);
  }
  if (model.kind === 'rerank') {
    const priceOfQueries = (quantity: number) => priceOf([{ quantity, rate: found.row.query ?? 0n }]);
    const cost = priceOfQueries(1);
    return stamped({
      cost,
      ...atWorst(priceOfQueries(mostQueries) - cost),
      quality: 'assumed',
      reason: undefined,
      flags: [queryAssumed, ...modelFlags, ...found.flags],
    });
  }
  if (usage === undefined || (model.kind === 'image' && usage.images === undefined)) {
    return {
      cost: allowanceCost(dearestRates([found.row])),
      quality: 'ceiling',
      reason: 'the record does not tell what was used',
      flags: ['ceiling', ...modelFlags, ...found.flags],
    };
  }
  const priced = usageLines(found.row, usage, assumeCacheWrites);
  const flags = [...modelFlags, ...found.flags, ...priced.flags];
  const missing = uncounted(invocation, found.row, priced.tokens);
  if (missing.length > 0) {
    return {
      cost: costOf([...priced.worst, ...missing]),
      quality: 'ceiling',
      reason: 'the record tells a part of its usage only',
      flags: ['ceiling', ...flags],
    };
  }
  const cost = priceOf(priced.lines);
  if (cost === 0n) {
    return { ...free(zeroReason(usage)), flags };
  }
  const assumed = priced.assumed || modelFlags.length > 0 || found.flags.length > 0;
  const worst = atWorst(priceOf(priced.worst) - cost);
  return stamped({ cost, ...worst, quality: assumed ? 'assumed' : 'priced', reason: undefined, flags });
}

/** Nothing to say where the assumption is the dearest case. */
const atWorst = (more: NanoUsd): Pick<Charge, 'worstCase'> => (more > 0n ? { worstCase: more } : {});

/** The allowance stands in for a count that a record lacks, unless that count would cost nothing. */
function uncounted({ flags }: Invocation, row: PriceRow, inForce: TokenRates): readonly CostLine[] {
  const lines = [
    // How long an unknown prompt was is unknown, too.
    {
      flag: invocationFlags.inputUncounted,
      quantity: callAllowance.input,
      rate: dearestRates([row]).tokens.input,
    },
    { flag: invocationFlags.outputUncounted, quantity: callAllowance.output, rate: inForce.output ?? 0n },
  ];
  return lines.filter(({ flag, rate }) => flags.includes(flag) && rate > 0n);
}

function zeroReason(usage: Usage): string {
  return usedAnything(usage) ? 'the list price of what was used is 0' : 'the record counts nothing';
}
