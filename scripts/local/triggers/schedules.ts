import type { RuleSpec } from '../assembly/local-assembly.ts';
import type { Timer, VirtualClock } from '../clock.ts';
import type { DueItems } from './due-index.ts';
import { parseSchedule, type Schedule } from './schedule-expression.ts';

/** Schedules that run more often than this are run only where they would find something. */
const coalescedBelowMilliseconds = 3_600_000;
/** Of those, schedules that run more seldom than this check IAM, not due items. */
const dueDrivenBelowMilliseconds = 300_000;
/** Nothing in IAM changes by itself: until someone else changes it, a check now and then is enough. */
const idlePauseMilliseconds = 6 * 3_600_000;
/** A due item that a run leaves behind is tried again after twice the time, up to this. */
const longestPauseMilliseconds = 3_600_000;

export interface SchedulesDeps {
  readonly rules: readonly RuleSpec[];
  readonly clock: VirtualClock;
  readonly dueItems: () => Promise<DueItems>;
  readonly fire: (rule: RuleSpec, at: Date) => void;
  /** Goes up with each change of IAM that is none of the system's own. @default nobody changes it */
  readonly foreignChanges?: () => number;
}

interface Plan {
  readonly rule: RuleSpec;
  readonly schedule: Schedule;
  timer?: Timer;
  /** What was due when it last ran, and how long that is left alone if the run did not help. */
  leftover: string;
  pauseMilliseconds: number;
  lastRun: Date;
  ranSince: boolean;
  foreignSeen: number;
}

/**
 * Rules with a schedule, as timers of the virtual clock. Minute schedules of a month would be 43,200 runs: those with
 * nothing to do are left out, told by the index of due items; each advance ends with one run. What runs every quarter of
 * an hour or so looks for what others did in IAM: it runs after they did, and now and then.
 */
export class Schedules {
  readonly #deps: SchedulesDeps;
  readonly #plans: Plan[];

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
    const anchor = deps.clock.now();
    this.#plans = deps.rules
      .filter(({ schedule, enabled }) => schedule !== undefined && enabled)
      .map((rule) => ({
        rule,
        schedule: parseSchedule(rule.schedule ?? '', anchor, rule.timeZone),
        leftover: '',
        pauseMilliseconds: 0,
        lastRun: anchor,
        ranSince: false,
        foreignSeen: 0,
      }));
  }

  /** Sets each schedule's next timer on the way to `target`; to be called before an advance and after each settle. */
  async plan(target: Date): Promise<void> {
    if (this.#plans.length === 0) return;
    const due = await this.#deps.dueItems();
    const now = this.#deps.clock.now();
    for (const plan of this.#plans) {
      plan.timer?.cancel();
      const at = this.#next(plan, due, now, target);
      if (at && at <= target) plan.timer = this.#deps.clock.at(at, () => this.#run(plan));
    }
  }

  #next(plan: Plan, due: DueItems, now: Date, target: Date): Date | undefined {
    const period = plan.schedule.everyMilliseconds ?? Number.POSITIVE_INFINITY;
    if (period >= coalescedBelowMilliseconds) return plan.schedule.next(now);
    if (period < dueDrivenBelowMilliseconds) return this.#nextUseful(plan, due, now, target);
    if (this.#foreignChanges() !== plan.foreignSeen) return plan.schedule.next(now);
    const idle = plan.lastRun.getTime() + idlePauseMilliseconds - period;
    return plan.schedule.next(new Date(Math.max(now.getTime(), idle)));
  }

  #foreignChanges(): number {
    return this.#deps.foreignChanges?.() ?? 0;
  }

  #nextUseful(plan: Plan, due: DueItems, now: Date, target: Date): Date | undefined {
    const period = plan.schedule.everyMilliseconds ?? 0;
    const overdue = due.fingerprintAt(now);
    const candidates: Date[] = [];
    if (overdue !== '') {
      if (overdue !== plan.leftover) plan.pauseMilliseconds = period;
      else if (plan.ranSince)
        plan.pauseMilliseconds = Math.min(plan.pauseMilliseconds * 2, longestPauseMilliseconds);
      candidates.push(
        new Date(Math.max(now.getTime(), plan.lastRun.getTime() + plan.pauseMilliseconds - period)),
      );
    }
    plan.leftover = overdue;
    plan.ranSince = false;
    const later = due.nextAfter(now);
    // A run exactly at the due time finds the item, so the search begins a moment before.
    if (later) candidates.push(new Date(later.getTime() - 1));
    candidates.push(new Date(Math.max(now.getTime(), target.getTime() - period)));
    const earliest = new Date(Math.min(...candidates.map((candidate) => candidate.getTime())));
    return plan.schedule.next(new Date(Math.max(earliest.getTime(), now.getTime())));
  }

  #run(plan: Plan): void {
    plan.lastRun = this.#deps.clock.now();
    plan.ranSince = true;
    plan.foreignSeen = this.#foreignChanges();
    this.#deps.fire(plan.rule, plan.lastRun);
  }
}
