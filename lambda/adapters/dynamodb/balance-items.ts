import type { Balance } from '../../domain/control/crossings.ts';
import { onePerSlot } from '../../domain/control/grace.ts';
import { versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Prefix of the attributes that hold a UTC day's spend: `d1122`. */
export const dayPrefix = 'd';
/** Prefix of the attributes that hold what is unproven of a span: `u2026-11-22T12#us-east-1`. */
export const unprovenPrefix = 'u';
const unprovenName = /^u(\d{4}-\d\d-\d\dT\d\d#.+)$/;
/** Attribute of a payer's balance: when the newest call of the latest posting was made. */
export const newestCallName = 'newestCall';
/** Prefix of the attributes of a payer's balance that hold what of its ceilings does not count yet: `h2a`. */
export const heldPrefix = 'h';
const heldName = /^h([0-9a-f]{2})$/;
/**
 * Prefix of the attributes of a payer's balance that name models without a price, the first of each slot: `m2a`. Callers
 * choose such names, so a set of them would grow until nothing about the payer can be written any more.
 */
export const unpricedPrefix = 'm';
const unpricedName = /^m[0-9a-f]{2}$/;
const dayName = /^d(\d{4})$/;

/** What is unproven in one item, by span. */
export function unprovenSpans(item: Item | undefined): ReadonlyMap<string, bigint> {
  return new Map(
    Object.entries(versioned('balance', item) ?? {}).flatMap(([name, amount]) => {
      const [, span] = unprovenName.exec(name) ?? [];
      return span === undefined ? [] : [[span, whole(amount)] as const];
    }),
  );
}

/**
 * One balance out of its slots; a slot that was never posted to is missing.
 * @throws Error where another version wrote a slot
 */
export function sumBalances(items: readonly (Item | undefined)[]): Balance {
  for (const item of items) versioned('balance', item);
  const total = (name: string) => items.reduce((sum, item) => sum + whole(item?.[name]), 0n);
  const named = items.flatMap((item) =>
    Object.entries(item ?? {}).flatMap(([name, model]) => (unpricedName.test(name) ? [String(model)] : [])),
  );
  // A set of them is what earlier versions wrote.
  const old = items.flatMap((item) => [...((item?.['unpriced'] as Set<string> | undefined) ?? [])]);
  const unpriced = onePerSlot([...new Set([...named, ...old])].sort());
  const days = byName(items, dayName);
  const held = byName(items, heldName);
  const unproven = byName(items, unprovenName);
  const newest = items.map((item) => String(item?.[newestCallName] ?? '')).reduce(later, '');
  const live = { spent: total('liveSpent'), requests: Number(total('liveRequests')) };
  return {
    ...{ spent: total('spent'), ceiling: total('ceiling'), requests: Number(total('requests')) },
    ...(unpriced.length > 0 && { unpriced }),
    ...(live.requests > 0 && { live }),
    ...(newest !== '' && { newestCall: newest }),
    ...(Object.keys(days).length > 0 && { days }),
    ...(Object.keys(held).length > 0 && { held }),
    ...(Object.keys(unproven).length > 0 && { unproven }),
  };
}

/** Sums of the attributes whose names match, by what the pattern captures. */
function byName(items: readonly (Item | undefined)[], pattern: RegExp): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const [name, amount] of items.flatMap((item) => Object.entries(item ?? {}))) {
    const [, part] = pattern.exec(name) ?? [];
    if (part !== undefined) sums[part] = (sums[part] ?? 0n) + whole(amount);
  }
  return sums;
}

/** Both as `Date.toISOString` writes them. */
const later = (a: string, b: string): string => (a > b ? a : b);
const whole = (value: unknown): bigint => BigInt((value as number | bigint | undefined) ?? 0);
