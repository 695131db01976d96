import { assertNever } from '../../lambda/domain/assert-never.ts';
import { windowName } from '../../lambda/domain/notify/words.ts';
import { decisionsOf } from '../run/events.ts';
import type { AuditResult } from '../run/result.ts';
import { levelsOf } from './levels.ts';
import type { ReportInput } from './report-input.ts';
import { dayAndTime, named } from './words.ts';

export interface TimeLineEvent {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly when: string;
  readonly tag:
    | 'warning'
    | 'forecast'
    | 'restricted'
    | 'suspended'
    | 'restored'
    | 'order'
    | 'failed'
    | 'account';
  readonly text: string;
}

/** What operators can order, and how it is told. */
const orders: Readonly<Record<string, string>> = {
  extend: 'extended the limit of',
  'set-limit': 'set the limit of',
  exempt: 'exempted',
  restore: 'restored',
  suspend: 'suspended',
  halt: 'halted all spending of',
  resume: 'resumed spending of',
  pause: 'paused enforcement of',
  unpause: 'went on with enforcement of',
  'override-refused': 'was refused an order about',
};
/** Who acts by the rules and not by an order. */
const ownActors = new Set(['ingest', 'evaluate', 'workflow', 'enforcer']);
/** Notices that tell more than the decisions beside them. */
const warnings = new Set(['forecast', 'velocity', 'evidence', 'single-request']);

/** The id of a calendar window within a sentence; nobody reads `month:2026-11` aloud. */
const windowId = /\b(?:day:\d{4}-\d{2}-\d{2}|week:\d{4}-W\d{2}|month:\d{4}-\d{2})\b/g;

/** Warnings, restrictions, suspensions and orders, in their order. */
export function timeLine({ result, settings }: ReportInput): TimeLineEvent[] {
  const told = decisionsOf(result).map(({ at, kind, text }) => ({ at, tag: tagOf(kind), text }));
  const ordered = result.audit.flatMap((entry) => {
    const event = orderEvent(entry);
    return event === undefined ? [] : [event];
  });
  const noticed = result.notices.flatMap(({ at, subject, notice, detail }) =>
    warnings.has(notice) && detail !== undefined
      ? [
          {
            at,
            tag: notice === 'forecast' ? ('forecast' as const) : ('warning' as const),
            text: `${subject}: ${detail}`,
          },
        ]
      : [],
  );
  return [...told, ...ordered, ...noticed]
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ at, tag, text }) => ({
      at,
      tag,
      text: named(text.replace(windowId, windowName), 400),
      when: dayAndTime(at, settings.timeZone),
    }));
}

function orderEvent({ at, action, actor, subject, reason }: AuditResult) {
  if (subject === 'account' && (action === 'halted' || action === 'resumed')) {
    return { at, tag: 'account' as const, text: `The account is ${action}: ${reason}` };
  }
  const verb = orders[action];
  if (verb === undefined || ownActors.has(actor)) return undefined;
  return { at, tag: 'order' as const, text: `${actor} ${verb} ${subject}: ${reason}` };
}

function tagOf(kind: string): TimeLineEvent['tag'] {
  switch (kind) {
    case 'restrict':
    case 'grace':
      return 'restricted';
    case 'suspended':
    case 'pool-exhausted':
      return 'suspended';
    case 'restored':
    case 'lift-restriction':
    case 'pool-available':
    case 'stand-down':
      return 'restored';
    case 'unenforceable':
    case 'enforcement-failed':
      return 'failed';
    case 'set-budget':
      return 'order';
    default:
      return 'warning';
  }
}

/** Whom the period saw suspended or halted, and whom restricted at most. */
export function heldPeople({ result }: ReportInput): {
  readonly suspended: readonly string[];
  readonly restricted: readonly string[];
} {
  const history = levelsOf(result.audit);
  const names = [...Object.keys(result.principals), ...Object.keys(result.roles)];
  const suspended: string[] = [];
  const restricted: string[] = [];
  for (const name of names) {
    const level = history.hardest(name);
    switch (level) {
      case 'suspended':
      case 'halted':
        suspended.push(name);
        break;
      case 'no-premium':
      case 'restricted':
      case 'grace':
        restricted.push(name);
        break;
      case 'active':
        break;
      default:
        assertNever(level);
    }
  }
  return { suspended, restricted };
}
