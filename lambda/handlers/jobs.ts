import type { StopJobsTask } from '../contracts/workflows.ts';
import { readJobEvent } from '../domain/batch-jobs/read-job-event.ts';
import type { Settings } from '../domain/settings.ts';
import {
  recordJob,
  type StopJobsDeps,
  type StoppedJobs,
  stopJobsOf,
} from '../use-cases/enforcement/stop-jobs.ts';

/** An event of CloudTrail, or what the enforcer asks for once a halt was read back. */
export type JobsEvent = StopJobsTask | { readonly detail: unknown };

type Deps = StopJobsDeps & { readonly settings: Pick<Settings, 'sharedRoles'> };

export async function handleJobs(event: JobsEvent, deps: Deps): Promise<StoppedJobs> {
  if ('stopJobsOf' in event) return stopJobsOf(event.stopJobsOf, deps);
  const job = readJobEvent(event.detail, deps.settings.sharedRoles);
  return job === undefined ? { stopped: [], failed: {} } : recordJob(job, deps);
}
