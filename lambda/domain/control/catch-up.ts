import type { Evidence } from '../evidence/grade.ts';
import type { LedgerEntry, LedgerKey, PriceQuality } from '../metering/ledger-entry.ts';
import type { NanoUsd } from '../money.ts';
import { accountSubject } from '../subject.ts';
import { windowBounds, windowIdAt, windowKinds } from '../windows.ts';
import { type AlertingDecision, firstAction } from './add-notices.ts';
import { countedByNames, windowsAt } from './counted-windows.ts';
import type { Situation } from './situation.ts';
import type { Scope } from './subject.ts';

/*
 * A window that is new to a budget counts from its beginning. What was posted before it was known is stamped with it
 * afterwards, each item once, and only then counts in its balance. Two passes over the ledger: one at once, and one when
 * whatever was under way with the old stamps has been posted.
 */

/** Windows that are new to a subject's budget, by name (`day`, `month@anthropic.*`), since when they are known. */
export interface CatchUp {
  readonly subject: string;
  readonly names: readonly string[];
  readonly since: Date;
}

/** The part of a posted entry that balances need. */
export interface PostedItem
  extends Pick<LedgerEntry, 'principal' | 'role' | 'team' | 'windows' | 'timestamp'> {
  readonly key: LedgerKey;
  readonly cost: NanoUsd;
  /** As the charge has it. */
  readonly floor?: NanoUsd;
  /** Undefined for usage events: their price is never corrected. */
  readonly quality: PriceQuality | undefined;
  /** As the price book names it; undefined for what no model did. */
  readonly model: string | undefined;
  /** False for what an untrusted source reported: it is counted apart. */
  readonly trusted: boolean;
  /** Undefined for usage events: nobody but a trusted source tells of them. */
  readonly evidence?: Evidence | undefined;
}

/** An item with the windows that it is to count in from now on. */
export interface Stamping {
  readonly item: PostedItem;
  /** Whose: where in the stamps they belong. */
  readonly scope: Scope;
  readonly windows: readonly string[];
}

/** Ingest is given two minutes for what it stamped with the windows that it knew; this is that, several times over. */
export const settledAfterMs = 15 * 60_000;

/** The windows that an item lacks; undefined where it lacks none, or is none of the subject's. */
export function missingStamps(item: PostedItem, catchUp: CatchUp, timeZone: string): Stamping | undefined {
  const scope = scopeFor(item, catchUp.subject);
  if (scope === undefined) return undefined;
  const posted = item.windows[scope] ?? [];
  const all = windowsAt(countedByNames(catchUp.names), new Date(item.timestamp), timeZone, item.model);
  const windows = all.filter(
    (window) => !posted.includes(window) && windowBounds(window, timeZone).endsAt > catchUp.since,
  );
  return windows.length === 0 ? undefined : { item, scope, windows };
}

function scopeFor({ principal, role, team }: PostedItem, subject: string): Scope | undefined {
  if (subject === accountSubject) return 'account';
  if (subject === principal) return 'principal';
  if (subject === role) return 'role';
  return subject === team ? 'team' : undefined;
}

const dayMs = 86_400_000;
const dayLength = 'yyyy-mm-dd'.length;

/** UTC days, as the ledger's keys have them, from where the first of the windows began to now. */
export function daysToRead({ names, since }: CatchUp, now: Date, timeZone: string): string[] {
  const { kinds, models } = countedByNames(names);
  const used = windowKinds.filter(
    (kind) => kinds.includes(kind) || models.some((limited) => limited.kind === kind),
  );
  const starts = used.map((kind) =>
    windowBounds(windowIdAt(kind, since, timeZone), timeZone).startsAt.getTime(),
  );
  const first = Math.floor(Math.min(now.getTime(), ...starts) / dayMs);
  const last = Math.floor(now.getTime() / dayMs);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    new Date((first + index) * dayMs).toISOString().slice(0, dayLength),
  );
}

/** A decision, with the windows that have to be caught up on. */
export interface CountedDecision extends AlertingDecision {
  readonly catchUp: readonly string[];
}

/**
 * Notes what a subject counts in, and has what is new caught up on. It is level-triggered: whoever changed the budget, an
 * operator or a deployment, need not say so.
 */
export function requestCatchUp(situation: Situation, decision: AlertingDecision): CountedDecision {
  const { counts: wanted = [], state } = situation;
  const { counts: before } = state;
  const added = before === undefined ? [] : wanted.filter((name) => !before.includes(name));
  const dropped = before?.filter((name) => !wanted.includes(name)) ?? [];
  const first = before === undefined && decision.patch !== undefined && wanted.length > 0;
  if (added.length === 0 && dropped.length === 0 && !first) return { ...decision, catchUp: [] };
  const said = [
    decision.reason,
    added.length === 0
      ? undefined
      : `Counts in ${added.join(', ')} from now on, and what was called since these began is added.`,
    dropped.length === 0 ? undefined : `Counts no longer in ${dropped.join(', ')}.`,
  ].filter((sentence) => sentence !== undefined);
  return {
    ...decision,
    catchUp: added,
    patch: { ...decision.patch, counts: wanted },
    action: firstAction(decision.action, first ? undefined : 'count-windows'),
    reason: said.length === 0 ? undefined : said.join(' '),
  };
}
