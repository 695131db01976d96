import { standDownOf } from '../iam-events/drift.ts';
import { accountSubject } from '../subject.ts';
import { enforcedLevelFor, type Hold } from './access.ts';
import { type AlertingDecision, addNotices } from './add-notices.ts';
import type { Alert, Consequence } from './alert.ts';
import type { Cause } from './cause.ts';
import { notice } from './notice.ts';
import { type Situation, spentIn, windowStatusesOf } from './situation.ts';
import type { SubjectState } from './state.ts';
import { isHeldItself } from './subject.ts';

export type UnenforcedNotice = 'enforcement-failed' | 'unenforceable';

/** What a hold takes away, in the words of an alert. */
const consequenceOf: Readonly<Record<Hold['level'], Consequence>> = {
  'no-premium': 'no-premium',
  restricted: 'restrict',
  grace: 'restrict',
  suspended: 'suspend',
};

/** What a hold asks for, so that an admin can do it by hand. */
const askedFor: Readonly<Record<Hold['level'], string>> = {
  'no-premium': 'the most expensive models off',
  restricted: 'economy models only',
  grace: 'economy models only',
  suspended: 'no Amazon Bedrock at all',
};

/**
 * How a failure is named in alerts and remembered in the state: the same for each try at one hold, so that it is told
 * once; of a lifting that fails there is no hold any more, and its window names it.
 */
export function unenforcedId(
  notice: UnenforcedNotice,
  cause: Cause,
  { hold, window }: { readonly hold: Hold | undefined; readonly window: string },
): string {
  return `${notice}#${cause}#${hold === undefined ? `${release}${window}` : `${hold.level}@${hold.since}`}`;
}

/** The hold that a workflow is about: the account's own are holds, which its halt brings to everyone. */
export const holdOf = ({ holds }: SubjectState, subject: string, cause: Cause): Hold | undefined =>
  holds[cause] ?? (subject === accountSubject ? (holds.manual ?? holds.own) : undefined);

/** The alerted ids to store with `ids`: those of holds that are gone are dropped. */
export function alertedUnenforced(
  { unenforced = [], holds }: SubjectState,
  ids: readonly string[],
): readonly string[] {
  const current = Object.values(holds).map(({ level, since }) => `#${level}@${since}`);
  const kept = unenforced.filter((id) => current.some((end) => id.endsWith(end)));
  const releases = unenforced.filter((id) => id.includes(`#${release}`)).slice(-releasesKept);
  return [...new Set([...kept, ...releases, ...ids])];
}

const release = 'release@';
/** A day's, a week's and a month's, and some. */
const releasesKept = 6;

export const consequenceFor = (hold: Hold | undefined): Consequence | undefined =>
  hold && consequenceOf[hold.level];

/**
 * Alerts of every hold that IAM does not carry, because it failed or because no policy can stop the principal: critically, once
 * for each hold. Workflows alert of their own holds; all others, such as a restriction or a halt, are alerted here.
 * Decides about nothing.
 */
export function alertUnenforced(situation: Situation, decision: AlertingDecision): AlertingDecision {
  const trouble = isHeldItself(situation.budget.scope) ? troubleOf(situation.state) : undefined;
  if (trouble === undefined) return decision;
  const { state } = situation;
  const found = concerned(situation, decision);
  const alerts = found
    .map(({ cause, hold }) => alertOf(situation, trouble, cause, hold))
    .filter(({ id }) => !state.unenforced?.includes(id));
  const [first] = alerts;
  if (first === undefined) return decision;
  const unenforced = alertedUnenforced(
    state,
    alerts.map(({ id }) => id),
  );
  return addNotices(decision, {
    notices: alerts,
    patch: { unenforced },
    action: 'alert',
    reason: trouble.reason,
    cause: found[0]?.cause,
    window: first.window,
  });
}

interface Trouble {
  readonly notice: UnenforcedNotice;
  readonly reason: string;
}

function troubleOf(state: SubjectState): Trouble | undefined {
  const { failure, holds, enforced } = state;
  if (failure !== undefined) return { notice: 'enforcement-failed', reason: failure.error };
  if (enforcedLevelFor(holds) === 'none' || enforced.outcome !== 'unenforceable') return undefined;
  // There was a critical alert, with what to do, when the admin insisted about these holds.
  if (standDownOf(state)?.kind === 'insisted') return undefined;
  return { notice: 'unenforceable', reason: enforced.reason ?? 'Nothing of ours bites there.' };
}

type Concerned = { readonly cause: Cause; readonly hold: Hold | undefined };

/** The holds that stood when IAM was tried, as far as they still do; with none left, it was the lifting that failed. */
function concerned({ state }: Situation, { patch }: AlertingDecision): Concerned[] {
  const holds = patch?.holds ?? state.holds;
  const pending = { ...state.pending, ...patch?.pending };
  if (Object.keys(state.holds).length === 0) {
    return Object.keys(pending).length > 0
      ? []
      : [{ cause: state.lastChange.cause ?? 'own', hold: undefined }];
  }
  return (Object.entries(state.holds) as [Cause, Hold][])
    .filter(([cause, { level }]) => holds[cause]?.level === level && pending[cause] === undefined)
    .map(([cause, hold]) => ({ cause, hold }));
}

function alertOf(
  situation: Situation,
  { notice: name, reason }: Trouble,
  cause: Cause,
  hold: Hold | undefined,
): Alert {
  const { subject, windows, now, holdable } = situation;
  const statuses = windowStatusesOf(situation);
  const asked = statuses.find(({ window }) => window === hold?.window) ?? statuses.at(-1);
  const window = hold?.window ?? asked?.window ?? windows.month;
  const id = unenforcedId(name, cause, { hold, window });
  const wanted =
    hold === undefined
      ? 'Wanted: everything given back.'
      : `Wanted: ${askedFor[hold.level]} (${cause}: ${hold.reason})`;
  return notice(name, {
    ...{ subject, window, id, severity: 'critical', together: [id], enforcing: holdable, now },
    spent: asked?.spent ?? spentIn(situation, window),
    limit: asked?.limit ?? 0n,
    consequence: consequenceFor(hold),
    detail: `${reason} ${wanted}`,
  });
}
