import type { Cause } from '../contracts/workflows.ts';
import { accessOf } from '../domain/control/access.ts';
import { type Change, changed, type Pending, type SubjectState, without } from '../domain/control/state.ts';
import { type EvaluateDeps, evaluateSubject } from './evaluate-subject.ts';
import { performOutbox } from './outbox.ts';
import { type ExecutionStatus, VersionConflictError } from './ports.ts';
import { failureAt } from './retry-later.ts';

export interface SweepOutcome {
  readonly looked: number;
  readonly acted: number;
  /** One sentence each: what could not be swept; tried again with the next sweep. */
  readonly failures: readonly string[];
}

/** A workflow is given this long before the sweep asks what became of it. */
const patienceMs = 15 * 60_000;

/**
 * Does what time asks for and what a failure missed: unacknowledged actions, and subjects whose next look is due. Reads
 * the sparse due index only. One subject's failure does not keep the others waiting.
 */
export async function sweep(deps: EvaluateDeps): Promise<SweepOutcome> {
  let looked = 0;
  let acted = 0;
  const failures: string[] = [];
  for (const item of await deps.subjects.due(deps.clock())) {
    try {
      if (item.kind === 'outbox') {
        await performOutbox(item, deps);
        acted++;
      } else {
        await askAfterWorkflows(item.subject, deps);
        await evaluateSubject(item.subject, deps);
        looked++;
      }
    } catch (error) {
      failures.push(`${item.subject}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { looked, acted, failures };
}

/** A workflow that died without a word would hold its cause for ever: see what became of the old ones. */
async function askAfterWorkflows(subject: string, deps: EvaluateDeps): Promise<void> {
  const state = await deps.subjects.state(subject);
  if (state === undefined) return;
  for (const [cause, pending] of Object.entries(state.pending) as [Cause, Pending][]) {
    if (Date.parse(pending.since) + patienceMs > deps.clock().getTime()) continue;
    const status = await deps.workflows.status(pending.workflow, pending.execution);
    if (status === 'running' || status === 'missing') continue;
    await giveUpOn(subject, state, cause, status, deps);
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
    // Whoever changed it has just reported.
    if (!(error instanceof VersionConflictError)) throw error;
  }
}
