import { assertNever } from '../assert-never.ts';
import type { Invocation } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { answeredByAnother } from './answered-by.ts';
import { unknownPrice } from './ceiling.ts';
import { guardrailPrice } from './guardrail-price.ts';
import { modelPrice, type UnstampedCharge } from './model-price.ts';
import { type Multipliers, raisedCeiling } from './negotiated.ts';
import { type PriceOverride, withOverrides } from './overrides.ts';
import { type PriceBook, priceBook } from './price-book.ts';
import { type Profiles, resolveModel } from './resolve-model.ts';
import { highestTierFactor, isReservedTier } from './served-at.ts';
import { withToolFees } from './tool-fees.ts';
import { withMediaFloor } from './unmeasured-media.ts';
import type { AssumedWrite } from './usage-lines.ts';

export interface ChargeOptions {
  readonly profiles: Profiles;
  /** Negotiated prices. @default AWS's list prices */
  readonly prices?:
    | { readonly multipliers: Multipliers; readonly overrides?: readonly PriceOverride[] | undefined }
    | undefined;
  /** Class of a cache write that a record leaves open. @default '5m', what callers get who ask for none */
  readonly assumeCacheWrites?: AssumedWrite | undefined;
  /** Images of a call whose record does not count them. @default 1, what callers get who ask for no number */
  readonly assumeImages?: number | undefined;
  /** Whether what guardrails assess is charged beside the model. @default false: it is noted only */
  readonly countGuardrails?: boolean | undefined;
}

/**
 * What one call costs. Nothing is free by accident: either the list price is known, or a reason says why nothing is
 * owed, or a flagged ceiling stands in for the price until it is known.
 */
export function charge(invocation: Invocation, options: ChargeOptions, list: PriceBook = priceBook): Charge {
  const book = withOverrides(list, options.prices?.overrides);
  const charged = withMediaFloor(invocation, modelCharge(invocation, options, book), book);
  const withTools = invocation.guardrailBlockedInput
    ? charged
    : withToolFees(invocation.usage ?? {}, charged);
  return withGuardrails(invocation, options, withTools);
}

/** What the model's part of a call costs. */
function modelCharge(invocation: Invocation, options: ChargeOptions, book: PriceBook): Charge {
  const { profiles, prices, assumeCacheWrites = '5m', assumeImages = 1 } = options;
  const multipliers = prices?.multipliers ?? {};
  const resolved = resolveModel(invocation, profiles, book);
  const name = resolved.kind === 'priced' ? resolved.model.id : invocation.modelId;
  const stamp = { model: name, book: book.version };
  if (invocation.guardrailBlockedInput) {
    return { ...stamp, ...free('a guardrail blocked the input, so the model was not asked') };
  }
  if (isReservedTier(invocation.tier)) {
    return { ...stamp, ...free('reserved capacity billed by the hour') };
  }
  switch (resolved.kind) {
    case 'capacity':
      return { ...stamp, ...free('capacity billed by the hour') };
    case 'unknown': {
      const { reason, provider, flags } = resolved;
      // Without a provider the name is one that the caller chose, and tells nothing of the model.
      const called = { name: provider === undefined ? undefined : resolved.name, provider };
      const { cost, floor } = unknownPrice(book, called, invocation.usage);
      const raised = raisedCeiling(cost, { provider }, multipliers, highestTierFactor(invocation.tier));
      return {
        ...stamp,
        ...{ cost: raised, floor, quality: 'ceiling', reason, flags: ['ceiling', ...flags] },
      };
    }
    case 'priced': {
      const priced = (each: typeof resolved): Charge => {
        const outcome = modelPrice(invocation, each, { multipliers, assumeCacheWrites, assumeImages });
        const own = { ...stamp, ...outcome, model: each.model.id };
        if (outcome.quality !== 'ceiling') return own;
        return {
          ...own,
          cost: raisedCeiling(outcome.cost, each.model, multipliers, highestTierFactor(invocation.tier)),
        };
      };
      const called = priced(resolved);
      const other = answeredByAnother(invocation, resolved, book);
      if (other === undefined) return called;
      const flags = [...resolved.flags, other.flag];
      if (other.model === undefined) {
        const { provider } = resolved.model;
        const bound = unknownPrice(book, { name: undefined, provider }, invocation.usage);
        const cost = raisedCeiling(bound.cost, { provider }, multipliers, highestTierFactor(invocation.tier));
        // Until the other model is known, no less than what was called.
        return {
          ...stamp,
          cost: cost > called.cost ? cost : called.cost,
          floor: bound.floor > called.cost ? bound.floor : called.cost,
          ...{ quality: 'ceiling', reason: answeredByUnknown, flags: ['ceiling', ...flags] },
        };
      }
      const answered = priced({ ...resolved, model: other.model, flags });
      return answered.cost > called.cost ? answered : priced({ ...resolved, flags });
    }
    default:
      return assertNever(resolved);
  }
}

/** AWS bills guardrails apart from the model: noted where the trace tells them, charged where the settings say so. */
function withGuardrails(
  { guardrailUnits }: Invocation,
  { countGuardrails = false }: ChargeOptions,
  charged: Charge,
): Charge {
  if (guardrailUnits === undefined) return charged;
  const { cost: guardrail, flags } = guardrailPrice(guardrailUnits);
  const noted = { ...charged, flags: [...charged.flags, ...flags] };
  if (guardrail === 0n) return noted;
  if (!countGuardrails) return { ...noted, guardrail };
  const quality = charged.quality === 'free' ? 'priced' : charged.quality;
  const floor = charged.floor === undefined ? {} : { floor: charged.floor + guardrail };
  return { ...noted, ...floor, guardrail, cost: charged.cost + guardrail, quality };
}

const answeredByUnknown =
  'the response names another model than was called, which the price book does not have';

function free(reason: string): UnstampedCharge {
  return { cost: 0n, quality: 'free', reason, flags: [] };
}
