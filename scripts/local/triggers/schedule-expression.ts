import { DateTime } from 'luxon';

/** SwitchOutcome for a schedule that is not imitated. */
export class ScheduleError extends Error {
  override name = 'ScheduleError';
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** 1 is Sunday. */
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** A leap day on a given weekday comes at least so often. */
const searchedDays = 366 * 28;

/** When a schedule runs. */
export interface Schedule {
  /** The first run after this instant; undefined when there is none. */
  next(after: Date): Date | undefined;
  /** The time between runs of a rate, or of a calendar that names every minute; undefined for others. */
  readonly everyMilliseconds?: number;
}

/**
 * Reads `rate(5 minutes)`, `cron(0 6 * * ? *)` or `at(2026-11-22T12:00:00)`.
 * @param anchor rates count from here
 * @throws ScheduleError
 */
export function parseSchedule(expression: string, anchor: Date, timeZone = 'UTC'): Schedule {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return rate(argument, anchor, expression);
    case 'cron':
      return cron(argument, timeZone, expression);
    case 'at': {
      const at = DateTime.fromISO(argument, { zone: timeZone }).toJSDate();
      return { next: (after) => (at > after ? at : undefined) };
    }
    default:
      throw new ScheduleError(`The schedule "${expression}" is no rate(…), cron(…) or at(…).`);
  }
}

function rate(argument: string, anchor: Date, expression: string): Schedule {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  const period = Number(count) * (unitMilliseconds[unit ?? ''] ?? Number.NaN);
  if (!(period > 0))
    throw new ScheduleError(`The schedule "${expression}" is no rate of minutes, hours or days.`);
  return {
    everyMilliseconds: period,
    next: (after) => {
      const passed = Math.floor((after.getTime() - anchor.getTime()) / period);
      return new Date(anchor.getTime() + (Math.max(passed, 0) + 1) * period);
    },
  };
}

/** The first full minute after an instant. */
const eachMinute: Schedule = {
  everyMilliseconds: unitMilliseconds['minute'] ?? 0,
  next: (after) => new Date((Math.floor(after.getTime() / 60_000) + 1) * 60_000),
};

function cron(argument: string, zone: string, expression: string): Schedule {
  if (/^\* \* \* \* \? \*$/.test(argument.trim())) return eachMinute;
  const fields = argument.trim().split(/\s+/);
  if (fields.length !== 6) throw new ScheduleError(`The schedule "${expression}" needs six fields.`);
  const [minute = '', hour = '', monthDay = '', month = '', weekday = '', year = ''] = fields;
  const allowed = (text: string, from: number, to: number, names: readonly string[] = []) =>
    values(text, from, to, names, expression);
  const minutes = allowed(minute, 0, 59);
  const hours = allowed(hour, 0, 23);
  const inMonth = new Set(allowed(month, 1, 12, months));
  const onMonthDay = new Set(allowed(monthDay, 1, 31));
  const onWeekday = new Set(allowed(weekday, 1, 7, weekdays));
  const inYear = new Set(allowed(year, 1970, 2199));
  const isDay = (day: DateTime) =>
    inYear.has(day.year) &&
    inMonth.has(day.month) &&
    onMonthDay.has(day.day) &&
    onWeekday.has((day.weekday % 7) + 1);
  return {
    next: (after) => {
      let day = DateTime.fromJSDate(after, { zone }).startOf('day');
      for (let count = 0; count < searchedDays; count += 1, day = day.plus({ days: 1 })) {
        if (!isDay(day)) continue;
        for (const hour of hours) {
          for (const minute of minutes) {
            const at = day.set({ hour, minute }).toJSDate();
            if (at > after) return at;
          }
        }
      }
      return undefined;
    },
  };
}

function values(
  text: string,
  from: number,
  to: number,
  names: readonly string[],
  expression: string,
): number[] {
  const found = new Set<number>();
  const number = (part: string) => {
    const named = names.indexOf(part.toUpperCase());
    return named >= 0 ? named + from : Number(part);
  };
  for (const item of text.split(',')) {
    const [range = '', step] = item.split('/');
    const every = range === '*' || range === '?';
    const [first = '', last] = range.split('-');
    const start = every ? from : number(first);
    const end = every || (step !== undefined && last === undefined) ? to : number(last ?? first);
    const width = Number(step ?? 1);
    if (!(start >= from && end <= to && width > 0)) {
      throw new ScheduleError(`The schedule "${expression}" has the field "${text}", which is not imitated.`);
    }
    for (let value = start; value <= end; value += width) found.add(value);
  }
  return [...found].sort((left, right) => left - right);
}
