import type { Confirmation } from '../../contracts/workflows.ts';
import type { Alert, Notice } from '../../domain/control/alert.ts';
import { heldUntil } from '../../domain/control/alert-person.ts';
import {
  consequenceFor,
  holdOf,
  type UnenforcedNotice,
  unenforcedId,
} from '../../domain/control/alert-unenforced.ts';
import type { Cause } from '../../domain/control/cause.ts';
import { strictestLevel } from '../../domain/control/crossings.ts';
import { holdChange, isLast } from '../../domain/control/hold-change.ts';
import type { HoldTask } from '../../domain/control/hold-task.ts';
import type { Wanted } from '../../domain/control/next-state.ts';
import { notice } from '../../domain/control/notice.ts';
import { statusWord } from '../../domain/control/pool-holds.ts';
import { type Situation, windowStatusesOf } from '../../domain/control/situation.ts';
import { changed } from '../../domain/control/state.ts';
import { wantedBy } from '../../domain/control/wanted-hold.ts';
import { formatUsd } from '../../domain/money.ts';
import { priceBook } from '../../domain/pricing/price-book.ts';
import { readSituation, type SituationDeps } from './read-situation.ts';
import { retryConflicts } from './retry-conflicts.ts';

/** An execution that the subject's state no longer knows must not act any more. */
export class SupersededError extends Error {
  override name = 'SupersededError';
}

const attempts = 8;

/**
 * One step of a suspension or restoration. Each reads what is true now, changes only its own cause's hold, and does
 * nothing a second time, so that Step Functions may repeat any of them.
 * @throws SupersededError where this execution is no longer the one the subject waits for.
 */
export async function takeWorkflowStep(
  task: HoldTask,
  deps: SituationDeps,
): Promise<Confirmation | Record<string, never>> {
  return retryConflicts(attempts, () => takeStepOnce(task, deps));
}

async function takeStepOnce(
  task: HoldTask,
  deps: SituationDeps,
): Promise<Confirmation | Record<string, never>> {
  const open = await readSituation(task.input.subject, deps);
  if (open === undefined) {
    throw new SupersededError(
      `${task.input.subject} has no budget any more, so ${task.execution} has nothing to do.`,
    );
  }
  const { situation } = open;
  const { cause } = task.input;
  const wanted = wantedBy(cause, situation);
  const mine = situation.state.pending[cause]?.execution === task.execution;
  // A workflow that was given up on, or that a pause overtakes, stands down; where it is still due, another one follows.
  const goesOn = mine && !situation.paused;
  if (task.step === 'confirm-suspension') {
    return confirmation(goesOn && wanted?.level === 'suspended', cause, situation, deps, wanted);
  }
  if (task.step === 'confirm-release') {
    return confirmation(goesOn && wanted?.level !== 'suspended', cause, situation, deps);
  }

  if (!mine) {
    // A repeated last step finds its work done; a first or middle one must not act for an execution given up on.
    if (isLast(task.step)) return {};
    throw new SupersededError(`${task.input.subject} does not wait for ${task.execution} (any more).`);
  }
  const step = holdChange(task, situation, wanted);
  if (step === undefined) return {};
  const { state } = situation;
  const at = situation.now.toISOString();
  const next = changed(state, step.patch, {
    at,
    action: step.action,
    actor: 'workflow',
    reason: step.reason,
    before: statusWord(task.input.subject, state),
    after: statusWord(task.input.subject, { ...state, ...step.patch }),
    cause,
    window: task.input.window,
    execution: task.execution,
    inputs: figures(situation, wanted),
  });
  const alerts =
    step.notice === undefined ? [] : [noticeOf(step.notice, task, situation, step.reason, wanted)];
  await deps.subjects.commit({
    subject: task.input.subject,
    expectedVersion: state.version,
    state: next,
    alerts,
    evaluate: step.evaluate,
  });
  return {};
}

function confirmation(
  confirmed: boolean,
  cause: Cause,
  situation: Situation,
  { settings }: SituationDeps,
  wanted?: Wanted,
): Confirmation {
  const { spent, limit } = decidingWindow(situation, wanted);
  // Grace is for those who used up a budget; what a person ordered happens at once.
  const graceSeconds = cause === 'manual' ? 0 : settings.graceSeconds;
  return { confirmed, graceSeconds, spentUsd: formatUsd(spent), limitUsd: formatUsd(limit) };
}

/** The window that drives a suspension, or the first one where none does. */
function decidingWindow(situation: Situation, wanted: Wanted | undefined) {
  const statuses = windowStatusesOf(situation);
  const early = wanted?.early ? statuses.find(({ window }) => window === wanted.window) : undefined;
  const driving = early ?? strictestLevel(statuses)?.windowStatus ?? statuses[0];
  return { spent: driving?.spent ?? 0n, limit: driving?.limit ?? 0n };
}

function figures(situation: Situation, wanted: Wanted | undefined): Record<string, string> {
  const { spent, limit } = decidingWindow(situation, wanted);
  return { spentUsd: formatUsd(spent), limitUsd: formatUsd(limit), priceBook: priceBook.version };
}

function noticeOf(
  name: Notice,
  task: HoldTask,
  situation: Situation,
  detail: string,
  wanted: Wanted | undefined,
): Alert {
  const { subject, window } = task.input;
  const hold = holdOf(situation.state, subject, task.input.cause);
  return notice(name, {
    subject,
    window,
    id: isUnmet(name)
      ? unenforcedId(name, task.input.cause, { hold, window })
      : `${name}#${task.input.cause}#${situation.state.counter}`,
    severity: name === 'restored' || name === 'resumed' ? 'info' : 'critical',
    ...decidingWindow(situation, wanted),
    now: situation.now,
    enforcing: true,
    detail,
    ...(isUnmet(name) && { consequence: consequenceFor(hold) }),
    ...(name === 'suspended' && { heldUntil: heldUntil(task.input.cause, situation.state.orders) }),
  });
}

/** A failure is alerted once for each hold, however often it is tried; everything else each time that it happens. */
const isUnmet = (notice: Notice): notice is UnenforcedNotice =>
  notice === 'enforcement-failed' || notice === 'unenforceable';
