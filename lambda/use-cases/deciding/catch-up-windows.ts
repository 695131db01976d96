import {
  type CatchUp,
  daysToRead,
  missingStamps,
  type PostedItem,
  type Stamping,
  settledAfterMs,
} from '../../domain/control/catch-up.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import { ledgerSlots } from '../../domain/metering/ledger-key.ts';
import { partitionsFrom } from '../../domain/metering/ledger-partitions.ts';
import { ledgerNameOf } from '../../domain/principal.ts';
import type { Settings } from '../../domain/settings.ts';
import { subjectOf } from '../../domain/subject.ts';
import type { CatchUpJob, CatchUpJobs, PostedItems } from '../ports/ledger.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock, Sleep } from '../ports/time.ts';

export interface CatchUpDeps {
  readonly jobs: CatchUpJobs;
  readonly posted: PostedItems;
  readonly subjects: Pick<Subjects, 'taggedMembers' | 'listPrincipals' | 'lease'>;
  readonly settings: Pick<Settings, 'teams' | 'timeZone' | 'usageSources'>;
  /** Whose log the ledger holds. */
  readonly account: string;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Tells this invocation from another. */
  readonly holder: string;
  /** What is left of the time for this run. */
  readonly remainingMs: () => number;
}

/** What a run came to. */
export interface CaughtUp {
  /** Somebody else is at it. */
  readonly busy: boolean;
  readonly stamped: number;
  /** Passes over the ledger that were ended. */
  readonly passes: number;
}

/**
 * Capacity units a second that catching up may take from metering: a fifth of what the ledger has at most by default, and a
 * burst at first, which the table has saved up.
 */
const pace = { reads: { perSecond: 20, burst: 200 }, writes: { perSecond: 40, burst: 1_000 } };
/** One item of a transaction, as long as it is under a kilobyte. */
const unitsOfWrite = 2;
/** Few, so that a throttled ledger does not refuse them all together. */
const atOnce = 25;
/** What has begun is ended, and the lease given back, before Lambda's time is up. */
const reserveMs = 20_000;
const leaseSubject = 'catch-up';

/**
 * Stamps what was posted before a window was known to a budget. One at a time, for all subjects: who comes second leaves,
 * since the first one asks for new work when it is done. It may die anywhere: what is stamped is not stamped again, and
 * the rest is found by the next run.
 */
export async function catchUpWindows(deps: CatchUpDeps): Promise<CaughtUp> {
  const outcome = { busy: false, stamped: 0, passes: 0 };
  try {
    await deps.subjects.lease(leaseSubject, deps.holder, async () => {
      const run = new Run(deps, outcome);
      while (await run.doWhatIsDue());
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === errorNames.leaseHeld)) throw error;
    outcome.busy = true;
  }
  return outcome;
}

class Run {
  readonly #deps: CatchUpDeps;
  readonly #outcome: { stamped: number; passes: number };
  readonly #reads: Allowance;
  readonly #writes: Allowance;

  constructor(deps: CatchUpDeps, outcome: { stamped: number; passes: number }) {
    this.#deps = deps;
    this.#outcome = outcome;
    this.#reads = new Allowance(pace.reads, deps.sleep);
    this.#writes = new Allowance(pace.writes, deps.sleep);
  }

  get #isOver(): boolean {
    return this.#deps.remainingMs() < reserveMs;
  }

  /** @returns whether it is worth looking again */
  async doWhatIsDue(): Promise<boolean> {
    let found = false;
    for await (const jobs of this.#deps.jobs.due(this.#deps.clock())) {
      for (const job of jobs) {
        if (this.#isOver) return false;
        found = true;
        await this.#pass(job);
      }
    }
    return found && !this.#isOver;
  }

  /** One pass over the ledger, as far as time allows. */
  async #pass(job: CatchUpJob): Promise<void> {
    const { jobs, clock } = this.#deps;
    const passBegan = job.passBegan ?? clock();
    let cursor = job.cursor;
    try {
      for (const day of await this.#partitions(job)) {
        if (this.#isOver) return await jobs.keep({ ...job, passBegan, cursor }, clock());
        await Promise.all(day.map((partition) => this.#catchUpPartition(partition, job)));
        cursor = day.at(-1);
      }
    } catch (error) {
      // A throttled ledger must not have the next run begin from the start again.
      await jobs.keep({ ...job, passBegan, cursor }, clock());
      throw error;
    }
    this.#outcome.passes++;
    const settled = new Date(job.since.getTime() + settledAfterMs);
    if (passBegan >= settled) await jobs.remove(job);
    else await jobs.keep({ ...job, passBegan: undefined, cursor: undefined }, settled);
  }

  /** The ledger is kept by name and day: those of the subject, or of everyone whom its budget covers. */
  async #partitions(job: CatchUpJob): Promise<Iterable<readonly string[]>> {
    const { settings, account, clock } = this.#deps;
    const names = new Set((await this.#payers(job.subject)).map(ledgerNameOf));
    const prefixes = [
      ...[...names].map((name) => `${account}#${name}`),
      ...Object.keys(settings.usageSources).map((source) => `event#${account}#${source}`),
    ];
    const days = daysToRead(job, clock(), settings.timeZone);
    return partitionsFrom({ prefixes, days, slots: ledgerSlots }, job.cursor);
  }

  async #payers(subject: string): Promise<string[]> {
    const { subjects, settings } = this.#deps;
    switch (subjectOf(subject).scope) {
      case 'principal':
        return [subject];
      case 'team':
        return [...(settings.teams[subject]?.members ?? []), ...(await subjects.taggedMembers(subject))];
      case 'account': {
        const all: string[] = [];
        for await (const entries of subjects.listPrincipals(''))
          all.push(...entries.map((entry) => entry.subject));
        return all;
      }
    }
  }

  async #catchUpPartition(partition: string, job: CatchUp): Promise<void> {
    for await (const { items, units } of this.#deps.posted.of(partition)) {
      await this.#reads.take(units);
      await this.#stamp(items, job);
    }
  }

  async #stamp(items: readonly PostedItem[], job: CatchUp): Promise<void> {
    const { posted, settings } = this.#deps;
    const stampings = items.flatMap((item) => missingStamps(item, job, settings.timeZone) ?? []);
    for (let start = 0; start < stampings.length; start += atOnce) {
      const portion: readonly Stamping[] = stampings.slice(start, start + atOnce);
      const changed = await posted.stamp(portion);
      this.#outcome.stamped += portion.length - changed.length;
      await this.#writes.take(unitsOfWrite * portion.length);
      // Corrected or stamped meanwhile: what they lack still is worked out anew.
      if (changed.length > 0) await this.#stamp(changed, job);
    }
  }
}

/** Lets a burst through, and then so many units a second. */
class Allowance {
  readonly #perSecond: number;
  readonly #sleep: Sleep;
  #left: number;

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }, sleep: Sleep) {
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#sleep = sleep;
  }

  async take(units: number): Promise<void> {
    this.#left -= units;
    if (this.#left >= 0) return;
    const owed = -this.#left;
    this.#left = 0;
    await this.#sleep((owed / this.#perSecond) * 1_000);
  }
}
