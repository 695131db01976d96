import { accessOf } from '../../domain/control/access.ts';
import type { Cause } from '../../domain/control/cause.ts';
import { failureAt } from '../../domain/control/failure.ts';
import {
  type Change,
  changed,
  type Pending,
  type SubjectState,
  without,
} from '../../domain/control/state.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import { type DueItem, VersionConflictError } from '../ports/subjects.ts';
import type { ExecutionStatus } from '../ports/workflows.ts';
import { type EvaluateDeps, evaluateSubject } from './evaluate-subject.ts';
import { performOutbox } from './perform-outbox.ts';

export interface SweepOutcome {
  readonly evaluated: number;
  readonly acted: number;
  /** What could not be swept; tried again with the next sweep. */
  readonly failures: readonly SweepFailure[];
}

export interface SweepFailure {
  readonly subject: string;
  readonly error: unknown;
}

/** A workflow is given this long before the sweep asks what became of it. */
const patienceMs = 15 * 60_000;

/** At a month's turn thousands are due: so many are handled at once. */
const atOnce = 10;
/** The next sweep follows after a minute; this one leaves time for what it has begun. */
const budgetMs = 40_000;
/** What failed is not tried with every sweep, so that it cannot displace the others. */
const failedCheckMs = 5 * 60_000;

/**
 * Does what time asks for and what a failure missed: unacknowledged actions, and subjects that are due. Reads
 * the sparse due index only. One subject's failure does not keep the others waiting.
 */
export async function sweep(deps: EvaluateDeps): Promise<SweepOutcome> {
  const start = deps.clock();
  const outcome = { evaluated: 0, acted: 0, failures: [] as SweepFailure[] };
  // The function that was asked may have died, and a second pass is due some time after the first.
  if (await deps.catchUps?.waiting(start)) await deps.catchUps?.ask();
  for await (const items of deps.subjects.due(start)) {
    for (let first = 0; first < items.length; first += atOnce) {
      if (deps.clock().getTime() - start.getTime() > budgetMs) return outcome;
      await Promise.all(items.slice(first, first + atOnce).map((item) => handleDueItem(item, deps, outcome)));
    }
  }
  return outcome;
}

async function handleDueItem(
  item: DueItem,
  deps: EvaluateDeps,
  outcome: { evaluated: number; acted: number; failures: SweepFailure[] },
): Promise<void> {
  try {
    if (item.kind === 'outbox') {
      await performOutbox(item, deps);
      outcome.acted++;
    } else {
      await askAfterWorkflows(item.subject, deps);
      await evaluateSubject(item.subject, deps);
      await readIamAgain(item.subject, deps);
      outcome.evaluated++;
    }
  } catch (error) {
    outcome.failures.push({ subject: item.subject, error });
    if (item.kind === 'evaluate') await evaluateLater(item.subject, deps);
  }
}

/** IAM can drift from what was read back: the enforcer compares, and puts back what someone took off. */
async function readIamAgain(subject: string, { subjects, enforcer }: EvaluateDeps): Promise<void> {
  const state = subjectOf(subject).scope === 'principal' ? await subjects.state(subject) : undefined;
  if (state === undefined || Object.keys(state.holds).length === 0) return;
  if (Object.keys(state.pending).length > 0) return;
  const account = await subjects.state(accountSubject);
  if (account?.paused === undefined) await enforcer.ask(subject);
}

async function evaluateLater(subject: string, { subjects, clock }: EvaluateDeps): Promise<void> {
  try {
    await subjects.setDue(subject, new Date(clock().getTime() + failedCheckMs));
  } catch {
    // Then it stays due, and the next sweep fails on it again: nothing is lost but time.
  }
}

/** A workflow that died without a word would hold its cause for ever: see what became of the old ones. */
async function askAfterWorkflows(subject: string, deps: EvaluateDeps): Promise<void> {
  const state = await deps.subjects.state(subject);
  if (state === undefined) return;
  for (const [cause, pending] of Object.entries(state.pending) as [Cause, Pending][]) {
    if (Date.parse(pending.since) + patienceMs > deps.clock().getTime()) continue;
    const status = await deps.workflows.status(pending.workflow, pending.execution);
    const lost = Date.parse(pending.since) + 2 * patienceMs <= deps.clock().getTime();
    if (status === 'running' || (status === 'missing' && !lost)) continue;
    await giveUpOn(subject, state, cause, status === 'succeeded' ? 'succeeded' : 'failed', deps);
  }
}

async function giveUpOn(
  subject: string,
  state: SubjectState,
  cause: Cause,
  status: Extract<ExecutionStatus, 'succeeded' | 'failed'>,
  { subjects, clock }: EvaluateDeps,
): Promise<void> {
  const now = clock();
  const pending = state.pending[cause];
  const change: Change = {
    at: now.toISOString(),
    action: 'workflow-lost',
    actor: 'sweep',
    reason: `The ${pending?.workflow} ${pending?.execution} ${status} without reporting.`,
    before: accessOf(state),
    after: accessOf(state),
    cause,
    window: pending?.window,
    execution: pending?.execution,
  };
  const failure = status === 'failed' ? failureAt(now, change.reason) : state.failure;
  const patch = { pending: without(state.pending, cause), counter: state.counter + 1, failure };
  try {
    await subjects.commit({ subject, expectedVersion: state.version, state: changed(state, patch, change) });
  } catch (error) {
    // The workflow that changed it has just reported.
    if (!(error instanceof VersionConflictError)) throw error;
  }
}
