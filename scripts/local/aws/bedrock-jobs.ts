export type JobStatus =
  | 'Submitted'
  | 'Validating'
  | 'Scheduled'
  | 'InProgress'
  | 'Stopping'
  | 'Stopped'
  | 'Completed'
  | 'Failed'
  | 'PartiallyCompleted'
  | 'Expired';

/** A batch job that exists from the start. */
export interface NewJob {
  readonly name: string;
  /** Whose permissions the job runs with: Bedrock does not tell who submitted it. */
  readonly roleArn: string;
  readonly modelId: string;
  /** @default InProgress */
  readonly status?: JobStatus | undefined;
  /** @default when the clock starts */
  readonly submittedAt?: Date | undefined;
}

export interface BatchJob extends Required<Omit<NewJob, 'status'>> {
  readonly id: string;
  readonly arn: string;
  readonly submittedAt: Date;
  readonly changedAt: Date;
  readonly status: JobStatus;
}

const stoppable: ReadonlySet<JobStatus> = new Set(['Submitted', 'Validating', 'Scheduled', 'InProgress']);

/** Bedrock's batch inference jobs: they only ever stop, since nothing here runs them. */
export class LocalBatchJobs {
  readonly #now: () => Date;
  readonly #arnPrefix: string;
  readonly #jobs: BatchJob[] = [];

  constructor(place: { readonly region: string; readonly account: string }, now: () => Date) {
    this.#now = now;
    this.#arnPrefix = `arn:aws:bedrock:${place.region}:${place.account}:model-invocation-job/`;
  }

  add({ name, roleArn, modelId, status = 'InProgress', submittedAt = this.#now() }: NewJob): BatchJob {
    const id = `job${String(this.#jobs.length + 1).padStart(9, '0')}`;
    const job = { name, roleArn, modelId, status, submittedAt, id, arn: `${this.#arnPrefix}${id}` };
    this.#jobs.push({ ...job, changedAt: submittedAt });
    return { ...job, changedAt: submittedAt };
  }

  /** In the order of their submission. */
  all(): readonly BatchJob[] {
    return [...this.#jobs];
  }

  find(idOrArn: string): BatchJob | undefined {
    return this.#jobs.find(({ id, arn }) => id === idOrArn || arn === idOrArn);
  }

  /** @returns false for a job that has ended, or that is stopping already */
  stop(job: BatchJob): boolean {
    if (!stoppable.has(job.status)) return false;
    this.#change(job, 'Stopping');
    return true;
  }

  /** Time passes: what was stopping has stopped. */
  tick(): void {
    for (const job of this.all()) if (job.status === 'Stopping') this.#change(job, 'Stopped');
  }

  #change(job: BatchJob, status: JobStatus): void {
    const position = this.#jobs.findIndex(({ id }) => id === job.id);
    this.#jobs[position] = { ...job, status, changedAt: this.#now() };
  }
}
