import { DateTime, Duration, type DurationLikeObject } from 'luxon';
import { InputError } from '../../command-line/input-error.ts';

const units: Readonly<Record<string, keyof DurationLikeObject>> = {
  m: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
};

/**
 * When an order ends, as ISO 8601 UTC: from a time (`2026-12-01T00:00:00Z`; without an offset in the stage's zone), from
 * now on (`90m`, `12h`, `2d`, `1w`), or `end-of-day`, `end-of-week`, `end-of-month` of the stage's calendar.
 * @throws InputError
 */
export function readExpiry(text: string, now: Date, zone: string): string {
  const at = DateTime.fromJSDate(now, { zone });
  const [, count, unit] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
  const [, kind] = /^end-of-(day|week|month)$/.exec(text) ?? [];
  const end =
    count !== undefined && unit !== undefined
      ? at.plus(Duration.fromObject({ [units[unit] as string]: Number(count) }))
      : kind !== undefined
        ? at.startOf(kind as 'day').plus({ [kind]: 1 })
        : DateTime.fromISO(text, { zone });
  if (!end.isValid || end.toJSDate() <= now) {
    throw new InputError(
      `--expires "${text}" is ${end.isValid ? 'over' : 'no time'}: write 2026-12-01T00:00:00Z, 12h, 2d, end-of-day or end-of-month.`,
    );
  }
  return end.toJSDate().toISOString();
}
