import { InputError } from './input-error.ts';

/** UTC days (or times) as an operator writes them; the last day is included. */
export interface PeriodOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** ISO 8601 UTC, which sorts as text; `to` is no part of it. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;

/** All that there ever was. */
export const always: Period = { from: '0000', to: '9999' };

/** @param otherwise what an end that is left out means @throws InputError for what is no date, or no period */
export function readPeriod({ from, to }: PeriodOptions, otherwise: Period): Period {
  const period = {
    from: from === undefined ? otherwise.from : timeOf(from, '--from').toISOString(),
    to:
      to === undefined
        ? otherwise.to
        : new Date(timeOf(to, '--to').getTime() + (isDay(to) ? dayMs : 0)).toISOString(),
  };
  if (period.from >= period.to) {
    const begin =
      from === undefined ? `${period.from.slice(0, 10)}, where it begins without --from,` : `--from ${from}`;
    const end = to === undefined ? `${period.to.slice(0, 10)}, where it ends without --to` : `--to ${to}`;
    throw new InputError(`${begin} is not before ${end}: give an earlier --from or a later --to.`);
  }
  return period;
}

/** A day (UTC) that an option was given, as `2026-11-22`; a time means its day. @throws InputError for one that does not exist */
export const readDay = (text: string, option: string): string =>
  timeOf(text, option).toISOString().slice(0, 10);

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

function timeOf(text: string, option: string): Date {
  const time = new Date(isDay(text) ? `${text}T00:00:00Z` : text);
  // JavaScript takes the 30th of February for the 2nd of March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isReal = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  if (!isReal || Number.isNaN(time.getTime())) {
    throw new InputError(`${option} "${text}" is no date: write a day such as 2026-11-22.`);
  }
  return time;
}

/** @throws InputError for a pace that no table could be read at */
export function checkPace(unitsPerSecond: number): void {
  if (unitsPerSecond >= 1 && unitsPerSecond <= 40_000) return;
  throw new InputError('--units-per-second must be between 1 and 40000.');
}
