import { DateTime } from 'luxon';
import { permissionSetOf } from '../principal.ts';
import { subjectOf } from '../subject.ts';
import { calendarWindow, windowKindOf } from '../windows.ts';

/** A subject as people call it: `bob@example.com (Developers)` for a session; everyone else by the id. */
export function personName(subject: string): string {
  const { type, name = '', session } = subjectOf(subject);
  if (type !== 'session' || session === undefined) return subject;
  return `${session} (${permissionSetOf(name) ?? `role ${name}`})`;
}

/** `November 2026`, `week 47 of 2026`, `22 November 2026`; with the models that it is about. */
export function windowName(id: string): string {
  const [, models] = id.split('@');
  const kind = windowKindOf(id);
  const start = DateTime.fromISO(calendarWindow(id).slice(kind.length + 1), { locale: 'en-GB' });
  const formats = { day: 'd LLLL yyyy', week: "'week' W 'of' kkkk", month: 'LLLL yyyy' } as const;
  return `${start.toFormat(formats[kind])}${models === undefined ? '' : ` (${models})`}`;
}

/** `Tue 1 December 2026, 00:00 UTC`, in the stage's zone. @param iso ISO 8601 */
export const timeText = (iso: string, zone: string): string =>
  DateTime.fromISO(iso, { zone, locale: 'en-GB' }).toFormat('ccc d LLLL yyyy, HH:mm ZZZZ');
