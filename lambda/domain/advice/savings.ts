import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { cachedTokens } from '../metering/tokens.ts';
import type { NanoUsd } from '../money.ts';
import { type ChargeOptions, charge } from '../pricing/charge.ts';
import { economyModels } from '../pricing/economy-models.ts';
import { findRow } from '../pricing/find-row.ts';
import { type PriceBook, priceBook } from '../pricing/price-book.ts';
import type { PricedModel, PriceScope } from '../pricing/price-row.ts';
import { callOf } from '../pricing/repricing.ts';
import { resolveModel } from '../pricing/resolve-model.ts';

/**
 * What would have been cheaper: the same model through its global profile, the same maker's everyday model, a prompt
 * that is cached.
 */
export const savingKinds = ['global-profile', 'everyday-model', 'prompt-cache'] as const;
export type SavingKind = (typeof savingKinds)[number];

/** What one call would have cost, done otherwise. */
export interface Saving {
  readonly kind: SavingKind;
  /** As the price book names it. */
  readonly model: string;
  /** The model or profile to call instead; the model itself where its prompt is to be cached. */
  readonly instead: string;
  /** nano-USD, by the same prices as the charge: always less than it. */
  readonly wouldCost: NanoUsd;
}

export interface SavingOptions extends ChargeOptions {
  /** Percent of an uncached prompt that is taken to have been sent before: no record tells. */
  readonly cachedPercent: number;
}

/** Shorter prefixes are cached by no model, or by few ("Prompt caching for faster model inference": 1,024 to 4,096). */
const leastCachedTokens = 4_096;

/** Every way in which one posted call would have been cheaper. Calls whose price is not known are not judged. */
export function savingsOf(
  entry: LedgerEntry,
  options: SavingOptions,
  book: PriceBook = priceBook,
): readonly Saving[] {
  const { quality, cost } = entry.charge;
  if (quality !== 'priced' && quality !== 'assumed') return [];
  const profiles = { ...options.profiles, ...(entry.behind && { [entry.modelId]: entry.behind }) };
  const resolved = resolveModel(callOf(entry), profiles, book);
  if (resolved.kind !== 'priced') return [];
  const call: PricedCall = { entry, model: resolved.model, scope: resolved.scope, options, book };
  return [throughGlobalProfile(call), byEverydayModel(call), withCachedPrompt(call)].filter(
    (saving) => saving !== undefined && saving.wouldCost < cost,
  ) as Saving[];
}

interface PricedCall {
  readonly entry: LedgerEntry;
  readonly model: PricedModel;
  readonly scope: PriceScope;
  readonly options: SavingOptions;
  readonly book: PriceBook;
}

function throughGlobalProfile(call: PricedCall): Saving | undefined {
  const { model, scope } = call;
  if (scope === 'global') return undefined;
  return priceAs(call, 'global-profile', model, 'global');
}

/** Of several everyday models the most expensive, which is the nearest to what was asked for. */
function byEverydayModel(call: PricedCall): Saving | undefined {
  const { model, scope, entry, book } = call;
  const everyday = economyModels(book, undefined, dayOf(entry));
  if (model.kind !== 'chat' || everyday.includes(model.id)) return undefined;
  const offered = book.models
    .filter(
      ({ id, provider, kind }) => provider === model.provider && kind === 'chat' && everyday.includes(id),
    )
    .map((candidate) => priceAs(call, 'everyday-model', candidate, scope))
    .filter((saving) => saving !== undefined);
  return offered.toSorted((a, b) => Number(b.wouldCost - a.wouldCost))[0];
}

function withCachedPrompt({ entry, model, scope, options, book }: PricedCall): Saving | undefined {
  const { usage, region } = entry;
  if (usage === undefined || usage.input < leastCachedTokens || cachedTokens(usage) > 0) return undefined;
  const found = findRow(model, scope, region, dayOf(entry));
  if (found?.row.tokens.cacheRead === undefined) return undefined;
  const cacheRead = Math.floor((usage.input * options.cachedPercent) / 100);
  const cached = { ...usage, input: usage.input - cacheRead, cacheRead };
  const { cost } = charge({ ...callOf(entry), usage: cached }, options, book);
  return { kind: 'prompt-cache', model: model.id, instead: model.id, wouldCost: cost };
}

/** The same tokens at another price; undefined where that is not sold in the call's Region. */
function priceAs(
  { entry, model, options, book }: PricedCall,
  kind: SavingKind,
  other: PricedModel,
  scope: PriceScope,
): Saving | undefined {
  const found = findRow(other, scope, entry.region, dayOf(entry));
  if (found === undefined || found.flags.length > 0) return undefined;
  const instead = scope === 'global' ? `global.${other.id}` : other.id;
  const { cost, quality } = charge({ ...callOf(entry), modelId: instead }, options, book);
  if (quality !== 'priced' && quality !== 'assumed') return undefined;
  return { kind, model: model.id, instead, wouldCost: cost };
}

const dayOf = ({ timestamp }: LedgerEntry) => timestamp.slice(0, 'yyyy-mm-dd'.length);
