import { type Alert, thresholdAlerts } from '../../domain/control/alert.ts';
import { addAllNotices } from '../../domain/control/alerters.ts';
import { type CountedDecision, requestCatchUp } from '../../domain/control/catch-up.ts';
import { type WindowStatus, waitsForProof } from '../../domain/control/crossings.ts';
import { type Decision, decide } from '../../domain/control/decide.ts';
import { statusWord } from '../../domain/control/pool-holds.ts';
import { type Quiet, quietOf } from '../../domain/control/quiet.ts';
import { type Situation, windowStatusesOf } from '../../domain/control/situation.ts';
import { type Change, changed } from '../../domain/control/state.ts';
import { earliest } from '../../domain/earliest.ts';
import type { Foresight } from '../../domain/forecast/foresight.ts';
import { formatUsd } from '../../domain/money.ts';
import { runOutAtPace } from '../../domain/pace/run-out.ts';
import { priceBook } from '../../domain/pricing/price-book.ts';
import { windowBounds } from '../../domain/windows.ts';
import type { Proofs } from '../ports/evidence.ts';
import type { CatchUps } from '../ports/ledger.ts';
import type { Commit, OutboxAction, OutboxItem } from '../ports/subjects.ts';
import { foreseeWindow, tellForecast } from './foresee-window.ts';
import { type OutboxDeps, performOutbox } from './perform-outbox.ts';
import { type Open, readSituation, type SituationDeps } from './read-situation.ts';
import { retryConflicts } from './retry-conflicts.ts';

export type EvaluateDeps = SituationDeps &
  OutboxDeps & {
    /** @default nobody catches up on windows that are new to a budget */
    readonly catchUps?: CatchUps | undefined;
    /** @default pools act on all that is claimed */
    readonly proofs?: Proofs | undefined;
  };

/** A change of a balance that caused the evaluation. */
export interface Touch {
  readonly window: string;
  /** When the newest call was made that was posted with it, ISO 8601 UTC. */
  readonly newestCall?: string | undefined;
}

const attempts = 8;
/** AWS's counters have a figure a minute. */
const counterMs = 60_000;
/** Names of so many members stay well below DynamoDB's 400 KB an item, and 60 such items within a transaction. */
const subjectsPerItem = 500;
/** A transaction has 100 items. What one decision has to tell beyond these waits in its outbox, in portions below 400 KB. */
const alertsAtOnce = 60;
const alertsPerItem = 50;

/**
 * Decides about one subject and writes state, alerts and outbox in one transaction, then acts on the outbox. Where
 * someone else changed the subject meanwhile it starts over, so that every decision rests on what is true.
 * @param touched balances that caused the evaluation: one whose window has not opened yet is evaluated when it does
 * @returns until when a pool need not be evaluated again; undefined where something may change with any call
 * @throws VersionConflictError when that keeps happening; the caller's trigger tries again.
 */
export async function evaluateSubject(
  subject: string,
  deps: EvaluateDeps,
  touched: readonly Touch[] = [],
): Promise<Quiet | undefined> {
  const decided = await retryConflicts(attempts, async () => {
    const open = await readSituation(subject, deps);
    if (open === undefined) return undefined;
    const { situation } = open;
    const alerting = addAllNotices(situation, decide(situation), {
      informsPersons: deps.settings.userChannels !== undefined,
      newestCall: newestCall(situation, touched),
      toleranceMs: deps.settings.leakToleranceSeconds * 1000,
    });
    const decision = requestCatchUp(situation, alerting);
    const foresight = decision.alerts.length > 0 ? await foreseeWindow(open, deps) : undefined;
    const commit = commitOf(situation, decision, foresight);
    if (commit !== undefined) await deps.subjects.commit(commit);
    if (situation.pace?.due && commit?.pace === undefined)
      await deps.subjects.keepPace(subject, situation.pace);
    const version = commit?.state.version ?? situation.state.version;
    return { open, version, decision, outbox: commit?.outbox ?? [], catchUp: commit?.catchUp };
  });
  if (decided === undefined) return undefined;
  await tellForecast(decided.open, deps);
  const dueAt = earliest(decided.decision.dueAt, ...openingLater(touched, deps));
  await keepDue(decided, dueAt, deps);
  for (const item of decided.outbox) await performOutbox(item, deps);
  if (decided.catchUp !== undefined) await deps.catchUps?.ask();
  await askForProof(decided.open.situation, deps);
  return quietOf(decided.open.situation, decided.decision, dueAt, decided.open.snapshot.dueAt);
}

/** Once for what is spent: counters that were read for it tell the same again, until the next look a minute later. */
async function askForProof(situation: Situation, { proofs }: EvaluateDeps): Promise<void> {
  const status = windowStatusesOf(situation);
  if (proofs === undefined || !waitsForProof(status)) return;
  const spent = status.reduce((sum, each) => sum + each.spent, 0n);
  const { subject, now } = situation;
  const look = await proofs.room();
  const stale = look === undefined || now.getTime() - Date.parse(look.at) >= counterMs;
  if (stale || look.asked[subject] !== String(spent)) await proofs.ask(subject, spent);
}

/** Clocks differ: a call can be logged seconds before its window begins here. */
function openingLater(touched: readonly Touch[], { settings, clock }: EvaluateDeps): Date[] {
  const now = clock();
  return touched
    .map(({ window }) => windowBounds(window, settings.timeZone).startsAt)
    .filter((startsAt) => startsAt > now);
}

/** What the balances show, and what woke the caller: an older call, posted since, may have taken its place in a balance. */
function newestCall({ balances }: Situation, touched: readonly Touch[]): Date | undefined {
  const calls = [...Object.values(balances), ...touched].flatMap(({ newestCall }) => newestCall ?? []);
  const newest = calls.sort().at(-1);
  return newest === undefined ? undefined : new Date(newest);
}

function commitOf(
  situation: Situation,
  decision: CountedDecision,
  foresight: Foresight | undefined,
): Commit | undefined {
  if (decision.patch === undefined && decision.actions.length === 0) return undefined;
  const { subject, state, now, holdable, exempt, pace } = situation;
  const at = now.toISOString();
  const next = changed(state, decision.patch ?? {}, changeOf(situation, decision, at));
  const alerts = [
    ...decision.alerts.flatMap((alert) =>
      thresholdAlerts(subject, alert, at, holdable && !exempt, pace?.bound).map((told) => ({
        ...told,
        runOut: runOutOf(alert.windowStatus, situation, foresight)?.toISOString(),
      })),
    ),
    ...decision.notices,
  ];
  return {
    subject,
    expectedVersion: state.version,
    state: next,
    alerts: alerts.slice(0, alertsAtOnce),
    outbox: outboxOf(subject, next.version, decision, alerts.slice(alertsAtOnce)),
    // The opening is stored together with its actions, or not at all: it is alerted once.
    pace: pace?.velocity.tripped ? pace : undefined,
    catchUp: decision.catchUp.length > 0 ? { names: decision.catchUp, since: now } : undefined,
  };
}

/** As the last minutes go or as the last days went, whichever is earlier. Pace knows no models. */
function runOutOf(
  { window, kind, pattern, spent, limit }: WindowStatus,
  { pace, windowEnds, now }: Situation,
  foresight: Foresight | undefined,
): Date | undefined {
  if (pattern !== undefined) return undefined;
  return earliest(
    window === foresight?.window ? foresight.runsOutAt : undefined,
    runOutAtPace({ spent, limit, endsAt: windowEnds[kind] }, pace?.pace, now),
  );
}

function changeOf({ subject, state }: Situation, decision: Decision, at: string): Change {
  const drivers = decision.windowStatuses.flatMap((status) => [
    [`${status.window} spentUsd`, formatUsd(status.spent)],
    [`${status.window} limitUsd`, formatUsd(status.limit)],
  ]);
  const ended = decision.expired.map(
    ({ kind, order }) => `The ${kind} ordered by ${order.by} ended at ${order.expiresAt}.`,
  );
  const crossed = decision.alerts.flatMap(({ windowStatus, thresholds }) =>
    thresholds.map(({ threshold }) => `${threshold} of ${windowStatus.window}`),
  );
  const said = [
    ...(crossed.length > 0 ? [`Crossed ${crossed.join(', ')}.`] : []),
    ...ended,
    ...(decision.reason === undefined ? [] : [decision.reason]),
  ];
  return {
    at,
    action: decision.action,
    actor: 'evaluate',
    reason: said.length > 0 ? said.join(' ') : 'The budget, the balance or the window changed.',
    before: statusWord(subject, state),
    after: decision.after,
    cause: decision.cause,
    window: decision.window,
    inputs: { ...Object.fromEntries(drivers), priceBook: priceBook.version },
  };
}

function outboxOf(
  subject: string,
  version: number,
  { actions }: Decision,
  laterAlerts: readonly Alert[],
): OutboxItem[] {
  const evaluations = actions.flatMap((action) => (action.type === 'evaluate' ? [action.subject] : []));
  const others = actions.flatMap((action) => (action.type === 'evaluate' ? [] : [action]));
  const all: OutboxAction[] = [
    ...others,
    ...portionsOf(evaluations, subjectsPerItem).map((subjects) => ({ type: 'evaluate' as const, subjects })),
    // Last: nobody is held later for what is only told.
    ...portionsOf(laterAlerts, alertsPerItem).map((alerts) => ({ type: 'alerts' as const, alerts })),
  ];
  return all.map((action, index) => ({
    subject,
    id: `${String(version).padStart(12, '0')}#${index}`,
    action,
  }));
}

const portionsOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, portion) =>
    all.slice(portion * size, (portion + 1) * size),
  );

/** Keeps an earlier due time: it costs one read, and writing the index for every post would cost more. */
async function keepDue(
  { open: { situation, snapshot }, version }: { readonly open: Open; readonly version: number },
  wanted: Date | undefined,
  { subjects, clock }: EvaluateDeps,
): Promise<void> {
  const { dueAt } = snapshot;
  const stands = dueAt !== undefined && dueAt > clock() && wanted !== undefined && dueAt <= wanted;
  if (stands || (dueAt === undefined && wanted === undefined)) return;
  await subjects.setDue(situation.subject, wanted, { at: situation.now, version });
}
