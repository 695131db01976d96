import type { Balance } from '../../domain/control/crossings.ts';
import type { Item } from './transact.ts';

/** Prefix of the attributes that hold a UTC day's spend: `d1122`. */
export const dayPrefix = 'd';
/** Prefix of the attributes that hold what is unproven of a span: `u2026-11-22T12#us-east-1`. */
export const unprovenPrefix = 'u';
const unprovenName = /^u(\d{4}-\d\d-\d\dT\d\d#.+)$/;
/** Attribute of a payer's balance: when the newest call of the latest posting was made. */
export const newestCallName = 'newestCall';
const dayName = /^d(\d{4})$/;

/** What is unproven in one item, by span. */
export function unprovenSpans(item: Item | undefined): ReadonlyMap<string, bigint> {
  return new Map(
    Object.entries(item ?? {}).flatMap(([name, amount]) => {
      const [, span] = unprovenName.exec(name) ?? [];
      return span === undefined ? [] : [[span, whole(amount)] as const];
    }),
  );
}

/** One balance out of its slots; a slot that was never posted to is missing. */
export function sumBalances(items: readonly (Item | undefined)[]): Balance {
  const total = (name: string) => items.reduce((sum, item) => sum + whole(item?.[name]), 0n);
  const unpriced = items.flatMap((item) => [...((item?.['unpriced'] as Set<string> | undefined) ?? [])]);
  const days: Record<string, bigint> = {};
  for (const [name, amount] of items.flatMap((item) => Object.entries(item ?? {}))) {
    const [, day] = dayName.exec(name) ?? [];
    if (day !== undefined) days[day] = (days[day] ?? 0n) + whole(amount);
  }
  const unproven: Record<string, bigint> = {};
  for (const item of items) {
    for (const [span, amount] of unprovenSpans(item)) unproven[span] = (unproven[span] ?? 0n) + amount;
  }
  const newest = items.map((item) => String(item?.[newestCallName] ?? '')).reduce(later, '');
  const live = { spent: total('liveSpent'), requests: Number(total('liveRequests')) };
  return {
    ...{ spent: total('spent'), ceiling: total('ceiling'), requests: Number(total('requests')) },
    ...(unpriced.length > 0 && { unpriced: unpriced.sort() }),
    ...(live.requests > 0 && { live }),
    ...(newest !== '' && { newestCall: newest }),
    ...(Object.keys(days).length > 0 && { days }),
    ...(Object.keys(unproven).length > 0 && { unproven }),
  };
}

/** Both as `Date.toISOString` writes them. */
const later = (a: string, b: string): string => (a > b ? a : b);
const whole = (value: unknown): bigint => BigInt((value as number | bigint | undefined) ?? 0);
