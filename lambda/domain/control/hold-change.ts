import { assertNever } from '../assert-never.ts';
import { type Hold, type HoldLevel, strongestLevel } from './access.ts';
import type { Notice } from './alert.ts';
import { alertedUnenforced, holdOf, type UnenforcedNotice, unenforcedId } from './alert-unenforced.ts';
import { failureAt } from './failure.ts';
import { type EveryoneTally, errorNames, type HoldTask } from './hold-task.ts';
import type { Wanted } from './next-state.ts';
import type { Situation } from './situation.ts';
import { type SubjectState, without } from './state.ts';

/** What one step of a workflow makes of a subject's state. */
export interface HoldChange {
  readonly action: string;
  readonly reason: string;
  readonly patch: Partial<SubjectState>;
  readonly notice?: Notice;
  readonly evaluate: boolean;
}

/** What a restored principal still may not do. */
const stillLimited: Readonly<Record<Exclude<HoldLevel, 'suspended'>, string>> = {
  grace: ' Until the grace period of another cause ends, only economy models are allowed.',
  restricted: ' Only economy models are allowed still.',
  'no-premium': ' The most expensive models are refused still.',
};

type ChangingWorkflowStep = Exclude<HoldTask['step'], 'confirm-suspension' | 'confirm-release'>;

/** Steps that end an execution: repeated, they find their work done. */
export const isLast = (step: HoldTask['step']) =>
  step === 'report-suspension' ||
  step === 'report-release' ||
  step === 'report-halt' ||
  step === 'report-resume' ||
  step === 'stand-down' ||
  step === 'record-failure';

/**
 * The change that a step asks for, given what is true now; undefined where it is made already. Each touches its own
 * cause's hold only.
 * @param wanted what the cause asks for now: a milder step than a suspension is what remains when one ends
 */
export function holdChange(
  task: HoldTask,
  { state, now }: Situation,
  wanted: Wanted | undefined,
): HoldChange | undefined {
  const { cause, window } = task.input;
  const held = state.holds[cause];
  const hold = (level: Hold['level'], reason: string): Hold => ({
    level,
    window,
    since: now.toISOString(),
    reason,
  });
  const counter = state.counter + 1;
  const pending = without(state.pending, cause);
  /** What is left of this cause once its suspension ends. */
  const softened =
    wanted === undefined || wanted.level === 'suspended'
      ? without(state.holds, cause)
      : { ...state.holds, [cause]: { ...hold(wanted.level, wanted.reason), window: wanted.window } };
  const step = task.step as ChangingWorkflowStep;
  switch (step) {
    case 'begin-grace':
      if (held?.level === 'grace') return undefined;
      return {
        action: 'grace',
        reason: wanted?.early
          ? `${wanted.reason} The deny follows when the grace period ends.`
          : 'The budget is used up; the deny follows when the grace period ends.',
        patch: {
          holds: {
            ...state.holds,
            [cause]: hold('grace', wanted?.early ? wanted.reason : 'The budget is used up.'),
          },
        },
        notice: 'grace',
        evaluate: true,
      };
    case 'place-hold': {
      if (held?.level === 'suspended') return undefined;
      const reason = wanted?.reason ?? 'The budget is used up.';
      const holds = { ...state.holds, [cause]: hold('suspended', reason) };
      return { action: 'suspend', reason, patch: { holds }, evaluate: false };
    }
    case 'report-suspension': {
      const reason = `${held?.reason ?? 'The budget is used up.'} IAM was read back and denies Amazon Bedrock.`;
      return {
        action: 'suspended',
        reason,
        patch: { pending, failure: undefined },
        notice: 'suspended',
        evaluate: true,
      };
    }
    case 'release-hold':
      if (held?.level !== 'suspended' && held?.level !== 'grace') return undefined;
      return {
        action: 'release',
        reason: 'The budget is no longer used up.',
        patch: { holds: softened, counter },
        evaluate: false,
      };
    case 'report-release': {
      const left = strongestLevel(state.holds);
      const patch = { pending, failure: undefined };
      // If another cause still suspends, the person is informed when that one ends.
      if (left === 'suspended') {
        const reason = 'This cause is gone; another one still denies Amazon Bedrock.';
        return { action: 'stays-suspended', reason, patch, evaluate: true };
      }
      const reason = `IAM was read back and agrees.${left === undefined ? '' : stillLimited[left]}`;
      return { action: 'restored', reason, patch, notice: 'restored', evaluate: true };
    }
    case 'stand-down': {
      const holds = held?.level === 'grace' ? softened : state.holds;
      const reason = 'Deciding again, there was nothing to do.';
      return { action: 'stand-down', reason, patch: { pending, holds, counter }, evaluate: true };
    }
    case 'report-halt':
    case 'report-resume': {
      const halted = step === 'report-halt';
      const reason = `${halted ? 'Everyone was stopped' : 'Everyone was given back what the halt took'}: ${tallySentence(task.tally)}`;
      return {
        action: halted ? 'halted' : 'resumed',
        reason,
        patch: { pending, failure: undefined, accountState: halted ? 'halted' : 'running' },
        notice: halted ? 'halted' : 'resumed',
        evaluate: true,
      };
    }
    case 'record-failure':
      return failed(task, state, now, { pending, counter });
    default:
      return assertNever(step);
  }
}

function failed(
  { error, input }: HoldTask,
  state: SubjectState,
  now: Date,
  patch: Pick<SubjectState, 'pending' | 'counter'>,
): HoldChange {
  const said = (error?.Cause ?? 'No cause was given.').slice(0, 1000);
  if (error?.Error === errorNames.paused) return { action: 'paused', reason: said, patch, evaluate: true };
  /** Told once: each further try at the same hold has the same name. */
  const told = (notice: UnenforcedNotice) => {
    const { subject, cause, window } = input;
    const hold = holdOf(state, subject, cause);
    const unenforced = alertedUnenforced(state, [unenforcedId(notice, cause, { hold, window })]);
    return { notice, action: notice, patch: { ...patch, unenforced } };
  };
  if (error?.Error === 'Unenforceable') return { ...told('unenforceable'), reason: said, evaluate: false };
  const reason = `${error?.Error ?? 'The workflow failed'}: ${said}`;
  const { patch: noted, ...rest } = told('enforcement-failed');
  return { ...rest, reason, patch: { ...noted, failure: failureAt(now, reason) }, evaluate: true };
}

function tallySentence(tally: EveryoneTally | undefined): string {
  const { seen = 0, changed = 0, unenforceable = 0, failed: left = 0 } = tally ?? {};
  return `of ${seen} principals ${changed} were changed in IAM, ${unenforceable} cannot be stopped by IAM, ${left} failed and are tried again.`;
}
