import type { SubmittedJob } from '../../domain/batch-jobs/read-job-event.ts';
import { accessOf } from '../../domain/control/access.ts';
import { changed, type SubjectState } from '../../domain/control/state.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import type { BatchJobs, SubmittedJobs } from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface StopJobsDeps {
  readonly subjects: Pick<Subjects, 'state' | 'commit'>;
  readonly jobs: BatchJobs;
  readonly submitted: SubmittedJobs;
  readonly settings: Pick<Settings, 'batchJobs' | 'breakGlass'>;
  readonly clock: Clock;
}

/** Jobs that were stopped, or that could not be, each with the reason. */
export interface StoppedJobs {
  readonly stopped: readonly string[];
  readonly failed: Readonly<Record<string, string>>;
}

const none: StoppedJobs = { stopped: [], failed: {} };
const attempts = 8;

/**
 * Notes who submitted a job, under the payer and, of a session, under its role too. CloudTrail takes minutes: whoever was
 * suspended meanwhile has the job stopped at once.
 */
export async function recordJob(
  { jobArn, submitter }: SubmittedJob,
  deps: StopJobsDeps,
): Promise<StoppedJobs> {
  const role = subjectOf(submitter).role;
  const subjects = role === undefined ? [submitter] : [submitter, role];
  for (const subject of subjects) await deps.submitted.record(subject, jobArn);
  for (const subject of subjects) {
    const done = await stopJobsOf(subject, deps);
    if (done !== none) return done;
  }
  return none;
}

/**
 * Stops the jobs that a suspended principal has running: a deny keeps nothing from going on that has begun. During a halt
 * of the account all others are stopped too, also those whose submitter nobody noted, except of break-glass principals.
 */
export async function stopJobsOf(subject: string, deps: StopJobsDeps): Promise<StoppedJobs> {
  const { batchJobs } = deps.settings;
  const state = await deps.subjects.state(subject);
  // A principal that was restored meanwhile keeps its jobs.
  if (state?.enforced.level !== 'suspended' || state.enforced.outcome !== 'matched') return none;
  const halted = state.holds.account?.level === 'suspended';
  const own = batchJobs.onSuspension ? await stop(subject, await deps.submitted.of(subject), deps) : none;
  if (!halted || !batchJobs.onHalt || !(await deps.submitted.takeSweep(deps.clock()))) return own;
  const others = await stop(accountSubject, await othersRunning(deps), deps);
  return { stopped: [...own.stopped, ...others.stopped], failed: { ...own.failed, ...others.failed } };
}

async function othersRunning({ jobs, submitted, settings }: StopJobsDeps): Promise<readonly string[]> {
  const spared = new Set<string>();
  for (const name of settings.breakGlass) for (const job of await submitted.of(name)) spared.add(job);
  return (await jobs.running()).filter((job) => !spared.has(job));
}

async function stop(
  subject: string,
  arns: readonly string[],
  { jobs, submitted, ...deps }: StopJobsDeps,
): Promise<StoppedJobs> {
  const stopped: string[] = [];
  const failed: Record<string, string> = {};
  for (const arn of arns) {
    try {
      if (await jobs.stop(arn)) stopped.push(arn);
      await submitted.forget(subject, arn);
    } catch (error) {
      // One that cannot be stopped must not keep the others running; it stays noted for the next time.
      failed[arn] = error instanceof Error ? error.message : String(error);
    }
  }
  if (stopped.length > 0) await tell(subject, stopped, deps);
  return { stopped, failed };
}

/** For the audit trail, which follows the states. */
async function tell(
  subject: string,
  stopped: readonly string[],
  { subjects, clock }: Pick<StopJobsDeps, 'subjects' | 'clock'>,
): Promise<void> {
  const ids = stopped.map((arn) => arn.split('/').at(-1));
  const reason = `Batch jobs that were running were stopped: ${ids.slice(0, 20).join(', ')}${ids.length > 20 ? ` and ${ids.length - 20} more` : ''}.`;
  await retryConflicts(attempts, async () => {
    const state = await subjects.state(subject);
    if (state === undefined) return;
    await subjects.commit({ subject, expectedVersion: state.version, state: withChange(state, reason) });
  });

  function withChange(state: SubjectState, why: string): SubjectState {
    const access = accessOf(state);
    const at = clock().toISOString();
    const change = { at, action: 'jobs-stopped', actor: 'jobs', reason: why, before: access, after: access };
    return changed(state, {}, change);
  }
}
