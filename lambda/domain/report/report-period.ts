import type { Balance } from '../control/crossings.ts';
import { countedSpend } from '../control/crossings.ts';
import type { Scope } from '../control/subject.ts';
import { dayOf } from '../forecast/foresight.ts';
import type { NanoUsd } from '../money.ts';
import { calendarWindow, windowIdAt, windowKindOf } from '../windows.ts';

export const reportKinds = ['daily', 'weekly'] as const;
/** A weekly report goes out on Mondays (UTC), beside the daily one. */
export type ReportKind = (typeof reportKinds)[number];

const dayMs = 86_400_000;
const lengths: Readonly<Record<ReportKind, number>> = { daily: 1, weekly: 7 };
const monday = 1;

/** Reports that are due on the day of `now` (UTC). */
export const reportsOn = (now: Date): readonly ReportKind[] =>
  now.getUTCDay() === monday ? ['daily', 'weekly'] : ['daily'];

/** Whole UTC days, oldest first: those that are reported, and as many before them to compare with. */
export interface ReportPeriod {
  readonly days: readonly Date[];
  readonly before: readonly Date[];
}

/** The last whole days before `now`. */
export function reportPeriod(kind: ReportKind, now: Date): ReportPeriod {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  const length = lengths[kind];
  const daysAgo = (first: number) =>
    Array.from({ length }, (_, index) => new Date(today - (first - index) * dayMs));
  return { days: daysAgo(length), before: daysAgo(2 * length) };
}

/** Every window that can hold one of these days: UTC days lie across those of the stage's zone. */
export function windowsOf({ days, before }: ReportPeriod, timeZone: string): string[] {
  const edges = [...before, ...days].flatMap((day) => [day, new Date(day.getTime() + dayMs - 1)]);
  const kinds = ['month', 'week', 'day'] as const;
  return [...new Set(kinds.flatMap((kind) => edges.map((at) => windowIdAt(kind, at, timeZone))))];
}

/**
 * nano-USD that count of these UTC days, from the longest windows that are there: each holds what its days brought. Of
 * who has budgets of days alone, the stage's days of the same names stand for UTC's.
 */
export function spentOn(
  days: readonly Date[],
  balances: Readonly<Record<string, Balance>>,
  scope: Scope,
): NanoUsd {
  const plain = Object.entries(balances).filter(([window]) => calendarWindow(window) === window);
  const of = (kind: string) => plain.filter(([window]) => windowKindOf(window) === kind);
  const [longest = []] = [of('month'), of('week')].filter((found) => found.length > 0);
  const add = (sum: NanoUsd, amount: NanoUsd) => sum + amount;
  if (longest.length > 0) {
    return days
      .flatMap((day) => longest.map(([, balance]) => balance.days?.[dayOf(day)] ?? 0n))
      .reduce(add, 0n);
  }
  const names = days.map((day) => `day:${day.toISOString().slice(0, 10)}`);
  return of('day')
    .filter(([window]) => names.includes(window))
    .map(([, balance]) => countedSpend(balance, scope))
    .reduce(add, 0n);
}
