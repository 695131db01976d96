import { DateTime } from 'luxon';
import { type Forecast, forecastWindow } from '../../lambda/domain/forecast/forecast-window.ts';
import { type NanoUsd, parseUsd } from '../../lambda/domain/money.ts';
import { windowName } from '../../lambda/domain/notify/words.ts';
import { type WindowKind, windowBounds, windowIdAt, windowKindOf } from '../../lambda/domain/windows.ts';
import type { ReportInput } from './report-input.ts';
import { amountText, capped, named } from './words.ts';

/** The account's month: how it filled, and where it goes. Amounts in nano-USD. */
export interface MonthView {
  readonly window: string;
  readonly name: string;
  readonly limit: NanoUsd | undefined;
  /** From the first day of the month on, as far as the clock went. */
  readonly days: readonly { readonly day: number; readonly spent: NanoUsd; readonly sum: NanoUsd }[];
  readonly daysInMonth: number;
  readonly spent: NanoUsd;
  /** Undefined where the month is over, and where there are too few days to tell. */
  readonly forecast: Forecast | undefined;
}

/** Who spent how much in each day, week or month of the period. */
export interface ShareView {
  readonly kind: WindowKind;
  readonly buckets: readonly string[];
  /** The biggest spenders, the biggest first, and all others together. */
  readonly series: readonly { readonly name: string; readonly amounts: readonly NanoUsd[] }[];
}

const dayMs = 86_400_000;
/** One expensive day is no habit. */
const leastDays = 3;
const mostBars = 62;
const mostSeries = 5;

/** The last month in which the account has spent; undefined where it never has. */
export function monthOf({ result, usage, settings }: ReportInput): MonthView | undefined {
  const { windows } = result.account;
  const months = Object.keys(windows).filter((id) => !id.includes('@') && windowKindOf(id) === 'month');
  const window = months.filter((id) => (windows[id]?.requests ?? 0) > 0).at(-1);
  const balance = window === undefined ? undefined : windows[window];
  if (window === undefined || balance === undefined) return undefined;
  const { timeZone } = settings;
  const bounds = windowBounds(window, timeZone);
  const start = DateTime.fromJSDate(bounds.startsAt, { zone: timeZone });
  const daysInMonth = start.daysInMonth ?? 31;
  const now = new Date(result.at);
  const over = now >= bounds.endsAt;
  const today = over ? daysInMonth : DateTime.fromJSDate(now, { zone: timeZone }).day;
  let sum = 0n;
  const days = Array.from({ length: today }, (_, index) => {
    const spent = usage.accountDays.get(`day:${start.plus({ days: index }).toFormat('yyyy-MM-dd')}`) ?? 0n;
    sum += spent;
    return { day: index + 1, spent, sum };
  });
  const limit = balance.limitUsd === null ? undefined : parseUsd(balance.limitUsd);
  const spent = parseUsd(balance.spentUsd);
  const buckets = [...usage.accountDays].map(([day, amount]) => ({
    from: windowBounds(day, timeZone).startsAt,
    amount,
  }));
  const first = Math.min(...buckets.map(({ from }) => from.getTime()));
  const tells = !over && now.getTime() - first >= leastDays * dayMs;
  const forecast = tells
    ? forecastWindow({ buckets, kind: 'day', window: bounds, spent, limit, now, seed: 1 })
    : undefined;
  return { window, name: windowName(window), limit, days, daysInMonth, spent, forecast };
}

/** Days, or weeks, or months: as fine as a chart can show. */
export function shareViewOf({ usage, settings }: ReportInput): ShareView {
  const kind = kindFor(usage.days.keys(), settings.timeZone);
  const cells = new Map<string, Map<string, NanoUsd>>();
  const totals = new Map<string, NanoUsd>();
  for (const [day, ofDay] of usage.days) {
    const bucket = bucketOf(day, kind, settings.timeZone);
    const cell = cells.get(bucket) ?? new Map<string, NanoUsd>();
    cells.set(bucket, cell);
    for (const [name, amount] of ofDay) {
      cell.set(name, (cell.get(name) ?? 0n) + amount);
      totals.set(name, (totals.get(name) ?? 0n) + amount);
    }
  }
  const buckets = filled([...cells.keys()].sort(), kind, settings.timeZone);
  const names = [...totals].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).map(([name]) => name);
  const { shown, more } = capped(names, mostSeries);
  const amounts = (bucket: string, of: readonly string[]) =>
    of.reduce((sum, name) => sum + (cells.get(bucket)?.get(name) ?? 0n), 0n);
  return {
    kind,
    buckets,
    series: [
      ...shown.map((name) => ({
        name: named(name),
        amounts: buckets.map((bucket) => amounts(bucket, [name])),
      })),
      ...(more.length > 0
        ? [{ name: `${more.length} others`, amounts: buckets.map((bucket) => amounts(bucket, more)) }]
        : []),
    ],
  };
}

function kindFor(days: Iterable<string>, timeZone: string): WindowKind {
  const sorted = [...days].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return 'day';
  const [from, to] = [windowBounds(first, timeZone).startsAt, windowBounds(last, timeZone).startsAt];
  const span = (to.getTime() - from.getTime()) / dayMs;
  return span < mostBars ? 'day' : span < 7 * mostBars ? 'week' : 'month';
}

const bucketOf = (day: string, kind: WindowKind, timeZone: string): string =>
  windowIdAt(kind, windowBounds(day, timeZone).startsAt, timeZone);

/** Buckets without spend are bars of nothing, not gaps in time. */
function filled(buckets: readonly string[], kind: WindowKind, timeZone: string): string[] {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all = [first];
  while (all.at(-1) !== last) {
    all.push(windowIdAt(kind, windowBounds(all.at(-1) ?? last, timeZone).endsAt, timeZone));
  }
  return all;
}

/** What the month's chart says, for whoever does not see it. */
export function monthInWords({ name, spent, limit, forecast }: MonthView): string {
  const of = limit === undefined ? '' : ` of a limit of ${amountText(limit)}`;
  const goes =
    forecast === undefined
      ? ''
      : ` Projected for the month's end: ${amountText(forecast.projected)}, four of five times between ${amountText(forecast.low)} and ${amountText(forecast.high)}.`;
  return `Cumulative spend of the account in ${name}: ${amountText(spent)}${of}.${goes}`;
}
