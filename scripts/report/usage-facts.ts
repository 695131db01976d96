import { type AdviceOf, SavingSums } from '../../lambda/domain/advice/add-up-savings.ts';
import { savingsOf } from '../../lambda/domain/advice/savings.ts';
import type { LedgerEntry } from '../../lambda/domain/metering/ledger-entry.ts';
import { cachedTokens, promptTokens } from '../../lambda/domain/metering/tokens.ts';
import type { NanoUsd } from '../../lambda/domain/money.ts';
import { charge } from '../../lambda/domain/pricing/charge.ts';
import { callOf } from '../../lambda/domain/pricing/repricing.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { windowIdAt } from '../../lambda/domain/windows.ts';
import type { RunResult } from '../run/result.ts';
import { levelsOf } from './levels.ts';

/** What the single calls tell beside the balances: sums only, so that a million calls make a report of the same size. */
export interface UsageFacts {
  /** nano-USD by day (`day:2026-11-22` in the stage's zone), then by principal. */
  readonly days: ReadonlyMap<string, ReadonlyMap<string, NanoUsd>>;
  /** nano-USD by day without what is priced at a ceiling: what the account's budget counts. */
  readonly accountDays: ReadonlyMap<string, NanoUsd>;
  readonly models: ReadonlyMap<string, ModelUsage>;
  /** Calls that the log has although they came while their payer was suspended or halted. */
  readonly whileHeld: readonly HeldCalls[];
  /** The most expensive calls, first the most expensive one. */
  readonly expensive: readonly LedgerEntry[];
  /** What the most expensive fifth of the calls cost. */
  readonly fifth: {
    readonly calls: number;
    readonly cost: NanoUsd;
    readonly of: NanoUsd;
    readonly ofCalls: number;
  };
  readonly advice: readonly AdviceOf[];
  /** ISO 8601 UTC of the first and the last call; undefined where there is none. */
  readonly period: { readonly from: string; readonly to: string } | undefined;
  readonly regions: readonly string[];
}

export interface ModelUsage {
  requests: number;
  /** nano-USD */
  cost: NanoUsd;
  /** Tokens of prompts, and how many of them were read from the cache and written to it. */
  prompt: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  /** nano-USD that the same calls would have cost more without the cache; less than zero where writes were not read. */
  cacheSaved: NanoUsd;
}

export interface HeldCalls {
  readonly principal: string;
  readonly model: string;
  requests: number;
  /** nano-USD */
  cost: NanoUsd;
  readonly from: string;
  to: string;
}

/** Percent of an uncached prompt that is taken to have been sent before, as `recommend` takes it. */
export const cachedPercent = 50;
/** Advice that saves less than this many nano-USD is left out. */
const leastSaving = 1_000_000_000n;
const mostExpensive = 10;

/** Adds up posted calls, in the order of their time or in any other. */
export function usageFacts(
  entries: Iterable<LedgerEntry>,
  result: Pick<RunResult, 'audit'>,
  settings: Settings,
): UsageFacts {
  const days = new Map<string, Map<string, NanoUsd>>();
  const accountDays = new Map<string, NanoUsd>();
  const models = new Map<string, ModelUsage>();
  const held = new Map<string, HeldCalls>();
  const levels = levelsOf(result.audit);
  const regions = new Set<string>();
  const costs: number[] = [];
  const savings = new SavingSums();
  const dayOf = rememberedDays(settings.timeZone);
  let expensive: LedgerEntry[] = [];
  let [from, to] = ['', ''];
  for (const entry of entries) {
    const { principal, timestamp, charge: charged } = entry;
    if (from === '' || timestamp < from) from = timestamp;
    if (timestamp > to) to = timestamp;
    regions.add(entry.region);
    const day = dayOf(timestamp);
    const ofDay = days.get(day) ?? new Map<string, NanoUsd>();
    days.set(day, ofDay.set(principal, (ofDay.get(principal) ?? 0n) + charged.cost));
    const counts = charged.quality === 'ceiling' ? 0n : charged.cost;
    accountDays.set(day, (accountDays.get(day) ?? 0n) + counts);
    addModel(models, entry, settings);
    if ([principal, entry.role].some((name) => name !== undefined && levels.isStopped(name, timestamp)))
      addHeld(held, entry);
    costs.push(Number(charged.cost));
    expensive.push(entry);
    if (expensive.length > 50 * mostExpensive) expensive = topOf(expensive);
    savings.add(entry, savingsOf(entry, { ...settings, cachedPercent }));
  }
  return {
    days,
    accountDays,
    models,
    whileHeld: [...held.values()].sort((a, b) => (a.cost < b.cost ? 1 : -1)),
    expensive: topOf(expensive),
    fifth: fifthOf(costs),
    advice: savings.worthSaying(leastSaving),
    period: from === '' ? undefined : { from, to },
    regions: [...regions].sort(),
  };
}

function addModel(models: Map<string, ModelUsage>, entry: LedgerEntry, settings: Settings): void {
  const { usage, charge: charged } = entry;
  const sum: ModelUsage = models.get(charged.model) ?? {
    ...{ requests: 0, cost: 0n, prompt: 0, cacheRead: 0, cacheWrite: 0, output: 0, cacheSaved: 0n },
  };
  models.set(charged.model, sum);
  sum.requests += 1;
  sum.cost += charged.cost;
  if (usage === undefined) return;
  const cached = cachedTokens(usage);
  sum.prompt += promptTokens(usage);
  sum.cacheRead += usage.cacheRead;
  sum.cacheWrite += cached - usage.cacheRead;
  sum.output += usage.output;
  if (cached === 0 || (charged.quality !== 'priced' && charged.quality !== 'assumed')) return;
  const uncached = {
    ...usage,
    ...{ input: promptTokens(usage), cacheRead: 0, cacheWriteUnclassified: 0 },
    cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
  };
  const profiles = { ...settings.profiles, ...(entry.behind && { [entry.modelId]: entry.behind }) };
  const without = charge({ ...callOf(entry), usage: uncached }, { ...settings, profiles });
  sum.cacheSaved += without.cost - charged.cost;
}

function addHeld(held: Map<string, HeldCalls>, { principal, timestamp, charge: charged }: LedgerEntry): void {
  const key = JSON.stringify([principal, charged.model]);
  const before = held.get(key);
  if (before === undefined) {
    const { model, cost } = charged;
    held.set(key, { principal, model, requests: 1, cost, from: timestamp, to: timestamp });
    return;
  }
  before.requests += 1;
  before.cost += charged.cost;
  if (timestamp > before.to) before.to = timestamp;
}

/** Doubles hold nano-dollars exactly up to nine million dollars. */
function fifthOf(costs: readonly number[]): UsageFacts['fifth'] {
  const sorted = Float64Array.from(costs).sort();
  const calls = Math.ceil(sorted.length / 5);
  const sum = (part: Float64Array) => BigInt(Math.round(part.reduce((total, cost) => total + cost, 0)));
  return {
    calls,
    cost: sum(sorted.subarray(sorted.length - calls)),
    of: sum(sorted),
    ofCalls: sorted.length,
  };
}

const topOf = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries
    .toSorted((a, b) => (a.charge.cost < b.charge.cost ? 1 : a.charge.cost > b.charge.cost ? -1 : 0))
    .slice(0, mostExpensive);

/** A calendar is slow to ask, and a minute lies in one day in every zone. */
function rememberedDays(timeZone: string): (timestamp: string) => string {
  const known = new Map<string, string>();
  return (timestamp) => {
    const minute = timestamp.slice(0, 'yyyy-mm-ddThh:mm'.length);
    const day = known.get(minute) ?? windowIdAt('day', new Date(timestamp), timeZone);
    known.set(minute, day);
    return day;
  };
}
