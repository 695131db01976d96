import { DateTime } from 'luxon';
import { formatUsdShort, type NanoUsd, parseUsd } from '../../lambda/domain/money.ts';

export const amountText = (amount: NanoUsd): string => formatUsdShort(amount);
export const usdOf = (decimal: string): string => amountText(parseUsd(decimal));

/** Whole percent, and one decimal below ten; `<0.1 %` for what is not nothing. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${value >= 10 || value === 0 ? Math.round(value) : Math.round(value * 10) / 10} %`;
}

export const share = (part: NanoUsd, whole: NanoUsd): number =>
  whole > 0n ? Number((part * 1_000_000n) / whole) / 1_000_000 : 0;

export const count = (n: number): string => n.toLocaleString('en-US');

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** `1.2 M` tokens, for people. */
export const shortCount = (n: number): string =>
  new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(n);

const local = (iso: string, zone: string) => DateTime.fromISO(iso, { zone, locale: 'en-GB' });

/** `26 Nov 2026, 13:38`, in the stage's zone. */
export const date = (iso: string, zone: string): string => local(iso, zone).toFormat('d LLLL yyyy');
export const dayAndTime = (iso: string, zone: string): string => local(iso, zone).toFormat('d LLL, HH:mm');

/** `16 to 26 November 2026`. */
export function period(from: string, to: string, zone: string): string {
  const [first, last] = [local(from, zone), local(to, zone)];
  if (first.hasSame(last, 'day')) return `on ${last.toFormat('d LLLL yyyy')}`;
  const start = first.hasSame(last, 'month') ? 'd' : first.hasSame(last, 'year') ? 'd LLLL' : 'd LLLL yyyy';
  return `from ${first.toFormat(start)} to ${last.toFormat('d LLLL yyyy')}`;
}

/** Everything beyond the first few, as one number. */
export function capped<T>(items: readonly T[], most: number): { readonly shown: T[]; readonly more: T[] } {
  return { shown: items.slice(0, most), more: items.slice(most) };
}

/** A name that a page can hold: whatever callers chose, up to so many characters. */
export const named = (name: string, most = 120): string =>
  name.length <= most ? name : `${name.slice(0, most - 1)}…`;
