import { DateTime } from 'luxon';

/**
 * Budget windows: days, ISO weeks and months of one time zone's calendar. A window is named by its id alone, so a
 * balance needs no reset: a new window is a new balance.
 */

export const windowKinds = ['day', 'week', 'month'] as const;
export type WindowKind = (typeof windowKinds)[number];

/** SwitchOutcome for an id that names no window, or a zone that does not exist. */
export class WindowError extends Error {
  override name = 'WindowError';
}

/** `startsAt` belongs to the window, `endsAt` to the next one. */
export interface WindowBounds {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const formats = {
  day: "'day:'yyyy-MM-dd",
  // kkkk is the ISO week's year: 2027-01-01 lies in 2026-W53.
  week: "'week:'kkkk-'W'WW",
  month: "'month:'yyyy-MM",
} as const satisfies Record<WindowKind, string>;

const patterns = {
  day: /^day:(\d{4}-\d\d-\d\d)$/,
  week: /^week:(\d{4}-W\d\d)$/,
  month: /^month:(\d{4}-\d\d)$/,
} as const satisfies Record<WindowKind, RegExp>;

/** Id of the window that holds `at`: `day:2026-11-22`, `week:2026-W47` or `month:2026-11`. @throws WindowError */
export function windowIdAt(kind: WindowKind, at: Date, timeZone: string): string {
  // Asked for each record, mostly about the same day: a calendar is slow to ask.
  const latest = latestIds.get(`${kind} ${timeZone}`);
  if (latest !== undefined && latest.startsAt <= at && at < latest.endsAt) return latest.id;
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  if (!local.isValid) {
    throw new WindowError(`No window can be named: ${local.invalidExplanation ?? 'the time is not valid'}.`);
  }
  const id = local.toFormat(formats[kind], { locale: 'en-US' });
  latestIds.set(`${kind} ${timeZone}`, { id, ...windowBounds(id, timeZone) });
  return id;
}

/** By kind and zone; zones are those of settings, a few. */
const latestIds = new Map<string, WindowBounds & { readonly id: string }>();

/** The calendar's part of a window's id: the limit of some models in `month:2026-11@anthropic.*` is left away. */
export const calendarWindow = (id: string): string => id.split('@', 1)[0] ?? id;

/** Kind of a window, read from its id. @throws WindowError */
export function windowKindOf(id: string): WindowKind {
  const kind = windowKinds.find((candidate) => patterns[candidate].test(calendarWindow(id)));
  if (kind === undefined) {
    throw new WindowError(`"${id}" names no window: write day:2026-11-22, week:2026-W47 or month:2026-11.`);
  }
  return kind;
}

/** Bounds of windows asked for before: each decision asks for the same few again. */
const known = new Map<string, WindowBounds>();
const mostKnown = 1_000;

/** When a window starts and ends; a day has 23 or 25 hours where the clocks change. @throws WindowError */
export function windowBounds(id: string, timeZone: string): WindowBounds {
  const key = `${id} ${timeZone}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const bounds = boundsOf(id, timeZone);
  if (known.size >= mostKnown) known.clear();
  known.set(key, bounds);
  return bounds;
}

function boundsOf(id: string, timeZone: string): WindowBounds {
  const kind = windowKindOf(id);
  const start = DateTime.fromISO(calendarWindow(id).slice(kind.length + 1), { zone: timeZone });
  if (!start.isValid) {
    throw new WindowError(
      `"${id}" names no window in ${timeZone}: ${start.invalidExplanation ?? 'not a date'}.`,
    );
  }
  return { startsAt: firstInstant(start, kind), endsAt: firstInstant(start.plus({ [kind]: 1 }), kind) };
}

/**
 * The first instant of the calendar unit. `startOf` heals a midnight that the clocks skip; one that they pass twice
 * (Havana, each autumn) belongs to the unit both times, so the earlier one starts it.
 */
function firstInstant(within: DateTime, kind: WindowKind): Date {
  const candidates = within.startOf(kind).getPossibleOffsets();
  return new Date(Math.min(...candidates.map((candidate) => candidate.toMillis())));
}
