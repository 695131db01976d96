import type { EveryonePortion, EveryoneTask } from '../../contracts/workflows.ts';
import { enforcedLevelFor } from '../../domain/control/access.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import { accountSubject } from '../../domain/subject.ts';
import { type EvaluateDeps, evaluateSubject } from '../deciding/evaluate-subject.ts';
import type { Sleep } from '../ports/time.ts';
import { PausedError } from './enforce.ts';

export interface EveryoneDeps extends EvaluateDeps {
  readonly sleep: Sleep;
  /** Principals a second whose IAM may be changed: the control plane is shared by the whole account. */
  readonly principalsPerSecond: number;
  /** Milliseconds until we are cut off. */
  readonly remainingMs: () => number;
}

/** What is begun has to end, an enforcer may take its minute, and the answer has to reach the machine. */
const reserveMs = 75_000;

/**
 * Brings the next principals of the list of principals to what the holds of the account ask for, top spenders first, each with its
 * IAM read back, until the list of principals or the time is at an end. A repeated portion changes nothing.
 *
 * Each is evaluated as at any other time. So a halt holds nobody whom it may not hold, and a resume frees nobody with a hold
 * of another cause. A principal that spends meanwhile is stopped by its own evaluation.
 * @throws PausedError while enforcement is paused
 */
export async function enforceEveryone(task: EveryoneTask, deps: EveryoneDeps): Promise<EveryonePortion> {
  const account = await deps.subjects.state(accountSubject);
  if (account?.paused !== undefined) {
    throw new PausedError(`Enforcement is paused since ${account.paused.since} by ${account.paused.by}.`);
  }
  const tally = { ...task.portion };
  if (account?.pending.account?.execution !== task.execution)
    return { ...tally, done: true, overtaken: true };
  const atOnce = Math.max(1, Math.floor(deps.principalsPerSecond));
  for await (const entries of deps.subjects.listPrincipals(tally.cursor)) {
    for (let first = 0; first < entries.length; first += atOnce) {
      const group = entries.slice(first, first + atOnce);
      const begun = deps.clock().getTime();
      const asked = await Promise.all(group.map(({ subject }) => enforceOne(subject, deps, tally)));
      tally.cursor = group.at(-1)?.cursor ?? tally.cursor;
      // Who needed nothing in IAM costs no time, and the time that IAM took is part of the pace.
      const changes = asked.filter(Boolean).length;
      const restMs = begun + (changes / deps.principalsPerSecond) * 1000 - deps.clock().getTime();
      if (restMs > 0) await deps.sleep(restMs);
      if (deps.remainingMs() < reserveMs) return { ...tally, done: false, overtaken: false };
    }
  }
  return { ...tally, done: true, overtaken: false };
}

type Tally = { -readonly [K in 'seen' | 'changed' | 'unenforceable' | 'failed']: number };

/** Answers whether the enforcer was asked. */
async function enforceOne(subject: string, deps: EveryoneDeps, tally: Tally): Promise<boolean> {
  let asked = false;
  const enforcer = {
    ask: async (principal: string) => {
      asked = true;
      await deps.enforcer.ask(principal);
    },
  };
  tally.seen++;
  try {
    await evaluateSubject(subject, { ...deps, enforcer });
    const state = await deps.subjects.state(subject);
    if (state === undefined) return asked;
    if (state.enforced.outcome === 'unenforceable') tally.unenforceable++;
    else if (state.failure !== undefined) tally.failed++;
    // Where someone else is at it, IAM follows the same holds.
    else if (asked || enforcedLevelFor(state.holds) !== state.enforced.level) tally.changed++;
  } catch (error) {
    // One failure must not let the others spend: the sweep tries it again.
    if (error instanceof Error && error.name === errorNames.paused) throw error;
    tally.failed++;
  }
  return asked;
}
