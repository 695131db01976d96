import type { Enforcement, EnforceTask } from '../../contracts/workflows.ts';
import { accessOf, enforcedLevelFor } from '../../domain/control/access.ts';
import { type KeyChanges, keyChanges } from '../../domain/control/api-keys.ts';
import { failureAt } from '../../domain/control/failure.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import { type Enforceable, iamTarget, protectedPath, protectedTag } from '../../domain/control/iam-target.ts';
import { changed, type SubjectState } from '../../domain/control/state.ts';
import { protectionOf } from '../../domain/control/subject.ts';
import type { EnforcedLevel } from '../../domain/level.ts';
import { fencedRolesOf, type Settings } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import {
  type ApiKeys,
  type PrincipalDescriptions,
  PrincipalGoneError,
  UnenforceableError,
} from '../ports/iam.ts';
import { type Subjects, VersionConflictError } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface EnforceDeps {
  readonly subjects: Subjects;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Tells this enforcer from another in the lease. */
  readonly holder: string;
  readonly principals: PrincipalDescriptions;
  /** Makes IAM carry a level on a target and reads it back; answers whether anything had to be written. */
  readonly carry: (target: Enforceable, level: EnforcedLevel) => Promise<boolean>;
  /** @default a user's API keys stay as they are */
  readonly apiKeys?: ApiKeys | undefined;
}

/** Someone stopped enforcement: what was asked for waits until it is started again. */
export class PausedError extends Error {
  override name = errorNames.paused;
}

/** It carries a deny that the settings no longer allow the enforcer to change. */
export class OutOfReachError extends Error {
  override name = 'OutOfReachError';
}

const rounds = 6;

/**
 * Makes IAM carry what the subject's holds ask for, reads it back, and reads the holds again until both agree: whoever
 * changes a hold meanwhile is followed, so no deny stays on a principal that is no longer held.
 * @throws LeaseHeldError while another enforcer is at it, NotReadBackError where IAM does not show what was written.
 */
export async function enforce(task: EnforceTask, deps: EnforceDeps): Promise<Enforcement> {
  return deps.subjects.lease(task.subject, deps.holder, () =>
    retryConflicts(rounds, async () => {
      const state = await deps.subjects.state(task.subject);
      if (state === undefined) return { outcome: 'matched', level: 'none' };
      await refuseWhilePaused(deps);
      const { wrote, ...enforcement } = await makeMatch(task.subject, state, deps);
      const keys = await planKeys(task.subject, state, enforcement, deps);
      // What we are about to switch off is written down before, and forgotten only once it is on again: a crash between
      // leaves no key off that nobody remembers.
      for (const id of keys?.activate ?? [])
        await deps.apiKeys?.set(subjectOf(task.subject).name ?? '', id, 'Active');
      await record(task.subject, state, { enforcement, wrote: wrote === true, keysOff: keys?.keysOff }, deps);
      for (const id of keys?.deactivate ?? [])
        await deps.apiKeys?.set(subjectOf(task.subject).name ?? '', id, 'Inactive');
      return enforcement;
    }),
  );
}

/** Undefined where no key is concerned: of roles, and where we neither switch any off nor have. */
async function planKeys(
  subject: string,
  { keysOff = [] }: SubjectState,
  { level, outcome }: Enforcement,
  { apiKeys, settings }: EnforceDeps,
): Promise<KeyChanges | undefined> {
  const wanted = settings.deactivateApiKeys && outcome === 'matched' ? level : 'none';
  const user = subjectOf(subject);
  if (apiKeys === undefined || user.type !== 'user' || user.name === undefined) return undefined;
  if (wanted !== 'suspended' && keysOff.length === 0) return undefined;
  return keyChanges(wanted, await apiKeys.of(user.name), keysOff);
}

/**
 * Like `enforce`, for callers that nobody retries for: a failure is recorded, and the sweep tries again. Answers nothing
 * while enforcement is paused: the sweep asks again after the pause.
 */
export async function enforceAlone(task: EnforceTask, deps: EnforceDeps): Promise<Enforcement | undefined> {
  try {
    return await enforce(task, deps);
  } catch (error) {
    if (error instanceof PausedError) return undefined;
    // The other one reads the holds again before it is done.
    if (error instanceof Error && error.name === errorNames.leaseHeld) return undefined;
    const state = await deps.subjects.state(task.subject);
    if (state !== undefined && error instanceof Error) await recordFailure(task.subject, state, error, deps);
    throw error;
  }
}

async function refuseWhilePaused({ subjects }: EnforceDeps): Promise<void> {
  const paused = (await subjects.state(accountSubject))?.paused;
  if (paused !== undefined)
    throw new PausedError(`Enforcement is paused since ${paused.since} by ${paused.by}.`);
}

async function makeMatch(
  subject: string,
  { holds, enforced }: SubjectState,
  deps: EnforceDeps,
): Promise<Enforcement & { readonly wrote?: boolean }> {
  const level = enforcedLevelFor(holds);
  try {
    const target = iamTarget(subject, fencedRolesOf(deps.settings));
    if ('unenforceable' in target) {
      if (level === 'none' && enforced.level !== 'none') await refuseToForget(subject, deps);
      throw new UnenforceableError(target.unenforceable);
    }
    const protection = level === 'none' ? undefined : await protectionNow(subject, target, deps);
    if (protection !== undefined) {
      // A deny may be detached from everyone: a principal that became protected while suspended must not stay denied.
      await deps.carry(target, 'none');
      throw new UnenforceableError(protection);
    }
    const wrote = await deps.carry(target, level);
    return { outcome: 'matched', level, wrote };
  } catch (error) {
    if (error instanceof UnenforceableError) return unenforceable(level, error.message);
    if (error instanceof PrincipalGoneError) return unenforceable(level, error.message);
    throw error;
  }
}

/** Why nothing may be put on it; undefined where it may. */
async function protectionNow(
  subject: string,
  target: Enforceable,
  deps: EnforceDeps,
): Promise<string | undefined> {
  if (protectionOf(subject, deps.settings) === 'break-glass') {
    return 'It is a break-glass principal, which is never touched.';
  }
  const type = target.type === 'user' ? 'user' : 'role';
  const { path, tags } = await deps.principals.describe({ type, name: target.name });
  return protectedPath(path) ?? protectedTag(tags);
}

/** What a fence denies is not let go by taking its role out of the settings. @throws PrincipalGoneError, OutOfReachError */
async function refuseToForget(subject: string, { principals }: EnforceDeps): Promise<void> {
  const { name: role = '' } = subjectOf(subject);
  await principals.describe({ type: 'role', name: role });
  throw new OutOfReachError(
    `The fence of the role ${role} still denies ${subject}, and may not be changed any more: put ${role} back into fencedRoles until nobody is held on it.`,
  );
}

/** Where nothing is wanted, nothing has to be possible. */
function unenforceable(level: Enforcement['level'], reason: string): Enforcement {
  return level === 'none'
    ? { outcome: 'matched', level }
    : { outcome: 'unenforceable', level: 'none', reason };
}

async function record(
  subject: string,
  state: SubjectState,
  {
    enforcement,
    wrote,
    keysOff = [],
  }: {
    readonly enforcement: Enforcement;
    readonly wrote: boolean;
    readonly keysOff?: readonly string[] | undefined;
  },
  { subjects, clock }: EnforceDeps,
): Promise<void> {
  const at = clock().toISOString();
  const enforced = { ...enforcement, at };
  // A workflow clears its own failure when it reports; without one, this is the report.
  const failure = Object.keys(state.pending).length > 0 ? state.failure : undefined;
  const drifted = wrote && state.enforced.level === enforcement.level && state.enforced.outcome === 'matched';
  const same =
    !drifted &&
    state.enforced.level === enforcement.level &&
    state.enforced.outcome === enforcement.outcome &&
    state.failure === failure &&
    (state.keysOff ?? []).join() === keysOff.join();
  const keys = keysOff.length > 0 ? keysOff : undefined;
  const patch = { enforced, failure, enforceAskedAt: undefined, keysOff: keys };
  const next = changed(state, patch, {
    at,
    action: drifted
      ? 'drift-repaired'
      : enforcement.outcome === 'matched'
        ? `enforce-${enforcement.level}`
        : 'unenforceable',
    actor: 'enforcer',
    reason: drifted
      ? 'Someone had changed what IAM carries; it was put back.'
      : (enforcement.reason ?? 'The holds ask for it, and IAM was read back.'),
    before: accessOf(state),
    after: accessOf({ ...state, ...patch }),
  });
  // Nothing new to say, but the holds must still be the ones that IAM was matched with.
  // Evaluate alerts of principals that no policy can stop: this function has no access to alerts.
  const evaluate = enforcement.outcome === 'unenforceable';
  if (!same) await subjects.commit({ subject, expectedVersion: state.version, state: next, evaluate });
  else if ((await subjects.state(subject))?.version !== state.version) {
    throw new VersionConflictError(`${subject} changed while IAM was made to match.`);
  }
}

async function recordFailure(
  subject: string,
  state: SubjectState,
  error: Error,
  { subjects, clock }: EnforceDeps,
): Promise<void> {
  const now = clock();
  const failure = failureAt(now, `${error.name}: ${error.message}`);
  const next = changed(
    state,
    // The next attempt at the same cause needs a name of its own.
    { failure, counter: state.counter + 1 },
    {
      at: now.toISOString(),
      action: 'enforcement-failed',
      actor: 'enforcer',
      reason: failure.error,
      before: accessOf(state),
      after: 'enforcement-failed',
    },
  );
  await subjects.commit({ subject, expectedVersion: state.version, state: next, evaluate: true });
}
