import { type EveryoneTask, firstPortion } from '../../../lambda/contracts/workflows.ts';
import type { WorkflowStep } from '../../../lambda/domain/control/hold-task.ts';
import { isQuiet, type Quiet } from '../../../lambda/domain/control/quiet.ts';
import type { WorkflowInput, WorkflowName } from '../../../lambda/domain/control/workflow-name.ts';
import type { DenyLevel } from '../../../lambda/domain/level.ts';
import {
  addIngested,
  type IngestCounts,
  nothingIngested,
} from '../../../lambda/domain/metering/ingest-counts.ts';
import { isIdentityCenterRole } from '../../../lambda/domain/principal.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { type EvaluateDeps, evaluateSubject } from '../../../lambda/use-cases/deciding/evaluate-subject.ts';
import { sweep } from '../../../lambda/use-cases/deciding/sweep.ts';
import { takeWorkflowStep } from '../../../lambda/use-cases/deciding/workflow-steps.ts';
import { enforce } from '../../../lambda/use-cases/enforcement/enforce.ts';
import { enforceEveryone } from '../../../lambda/use-cases/enforcement/enforce-everyone.ts';
import { matchIam } from '../../../lambda/use-cases/enforcement/match-iam.ts';
import { ingestLines, type SourceLine } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import type { Iam, IamTarget } from '../../../lambda/use-cases/ports/iam.ts';
import type { Workflows } from '../../../lambda/use-cases/ports/workflows.ts';
import { MemoryLabelValues } from './memory-label-values.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { MemorySubjects } from './memory-subjects.ts';

/** A line, and the time at which it counts. */
export interface ReplayedLine extends SourceLine {
  readonly at: Date;
}

export interface ReplayedExecution {
  readonly stateMachine: WorkflowName;
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly input: WorkflowInput;
}

/** What a replay found: the state that the tables would hold. */
export interface Replayed {
  readonly now: Date;
  readonly subjects: MemorySubjects;
  readonly ledger: MemoryLedger;
  readonly counts: IngestCounts;
  readonly executions: readonly ReplayedExecution[];
}

/**
 * What these logs would have cost, and who would have been alerted, restricted and suspended, when: the same decisions
 * as deployed, record by record in the records' own time, with an IAM that obeys at once. Nothing is read or written.
 */
export async function replay(lines: readonly ReplayedLine[], settings: Settings): Promise<Replayed> {
  const sorted = lines.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const run = new Run(settings, sorted[0]?.at ?? new Date(0));
  for (const line of sorted) {
    await run.advance(line.at);
    await run.ingest([line]);
  }
  return run;
}

/** Files may be of any account. */
const possible = { accounts: undefined };

class Run implements Replayed {
  now: Date;
  readonly subjects = new MemorySubjects();
  readonly ledger = new MemoryLedger(this.subjects);
  readonly #labelValues = new MemoryLabelValues();
  readonly #ingested = nothingIngested();
  readonly counts = this.#ingested.counts;
  #deliveries = 0;
  readonly executions: ReplayedExecution[] = [];
  readonly #settings: Settings;
  readonly #started: { execution: ReplayedExecution; index: number; resumeAt: Date }[] = [];

  constructor(settings: Settings, start: Date) {
    this.#settings = settings;
    this.now = start;
  }

  get #deps(): EvaluateDeps {
    return {
      subjects: this.subjects,
      settings: this.#settings,
      clock: () => this.now,
      workflows: this.#workflows,
      enforcer: { ask: async (subject) => void (await this.#enforce(subject)) },
    };
  }

  async ingest(lines: readonly ReplayedLine[]): Promise<void> {
    const delivery = { id: String(this.#deliveries++), seenBefore: false };
    const deps = { ...this.#deps, ledger: this.ledger, labelValues: this.#labelValues, possible };
    addIngested(this.#ingested, await ingestLines(lines, deps, delivery));
    await this.#settle();
  }

  /** Moves the clock, stopping wherever a window turns or a grace period ends. */
  async advance(to: Date): Promise<void> {
    for (;;) {
      const stops = [this.subjects.nextDue(), ...this.#started.map(({ resumeAt }) => resumeAt)];
      const next = stops
        .filter((at) => at !== undefined && at > this.now && at <= to)
        .sort((a, b) => Number(a) - Number(b))[0];
      if (next === undefined) break;
      this.now = next;
      await this.#settle();
      await sweep(this.#deps);
      await this.#settle();
    }
    if (to > this.now) this.now = to;
  }

  /** Until nobody asks for an evaluation and no workflow can go on. */
  async #settle(): Promise<void> {
    for (;;) {
      const toEvaluate = this.subjects.takeEvaluations();
      for (const subject of toEvaluate) await this.#evaluate(subject);
      const ready = this.#started.findIndex(({ resumeAt }) => resumeAt <= this.now);
      const [started] = ready < 0 ? [] : this.#started.splice(ready, 1);
      if (started !== undefined) await this.#runWorkflow(started.index, started.execution);
      else if (toEvaluate.length === 0) return;
    }
  }

  readonly #quiet = new Map<string, { readonly quiet: Quiet | undefined; readonly changes: number }>();

  /** Only where something can change: every call touches the account and a team, and few matter to them. */
  async #evaluate(subject: string): Promise<void> {
    const { quiet, changes } = this.#quiet.get(subject) ?? {};
    const same = quiet !== undefined && changes === this.subjects.changes;
    if (same && isQuiet(quiet, this.now, this.subjects.balances.get(subject) ?? {})) return;
    const now = await evaluateSubject(subject, this.#deps);
    this.#quiet.set(subject, { quiet: now, changes: this.subjects.changes });
  }

  get #workflows(): Workflows {
    return {
      start: async ({ workflow, execution, window, cause }, subject) => {
        if (this.executions.some(({ name }) => name === execution)) return;
        const input = { subject, window, cause };
        const started: ReplayedExecution = {
          stateMachine: workflow,
          name: execution,
          status: 'RUNNING',
          input,
        };
        const index = this.executions.push(started) - 1;
        this.#started.push({ execution: started, index, resumeAt: this.now });
      },
      status: async (_workflow, execution) =>
        this.executions.find(({ name }) => name === execution)?.status === 'RUNNING'
          ? 'running'
          : 'succeeded',
    };
  }

  /** A halt's or a resume's happy path: the whole principals in one portion. */
  async #runEveryone(index: number, workflow: EveryoneTask['workflow'], name: string): Promise<void> {
    const input = this.executions[index]?.input ?? { subject: accountSubject, window: '', cause: 'account' };
    const tally = await enforceEveryone(
      { workflow, execution: name, portion: firstPortion },
      { ...this.#deps, sleep: async () => {}, principalsPerSecond: 1_000, remainingMs: () => 60_000 },
    );
    const step = workflow === 'halt' ? 'report-halt' : 'report-resume';
    if (!tally.overtaken) await takeWorkflowStep({ step, input, execution: name, tally }, this.#deps);
    this.executions[index] = { stateMachine: workflow, name, input, status: 'SUCCEEDED' };
  }

  /** The machines' happy path: with an IAM that obeys, nothing in them can fail. */
  async #runWorkflow(index: number, { stateMachine, name, input }: ReplayedExecution): Promise<void> {
    if (stateMachine === 'halt' || stateMachine === 'resume')
      return this.#runEveryone(index, stateMachine, name);
    const step = (which: WorkflowStep) =>
      takeWorkflowStep({ step: which, input, execution: name }, this.#deps);
    const suspending = stateMachine === 'suspension';
    const inGrace = this.subjects.states.get(input.subject)?.holds[input.cause]?.level === 'grace';
    let status: ReplayedExecution['status'] = 'SUCCEEDED';
    const answer = await step(suspending ? 'confirm-suspension' : 'confirm-release');
    if (!('confirmed' in answer) || !answer.confirmed) await step('stand-down');
    else if (suspending && answer.graceSeconds > 0 && !inGrace) {
      await step('begin-grace');
      const resumeAt = new Date(this.now.getTime() + answer.graceSeconds * 1000);
      const execution = this.executions[index];
      if (execution !== undefined) this.#started.push({ execution, index, resumeAt });
      return;
    } else {
      await step(suspending ? 'place-hold' : 'release-hold');
      const { outcome, reason } = await this.#enforce(input.subject);
      if (outcome === 'unenforceable') {
        status = 'FAILED';
        const error = { Error: 'Unenforceable', Cause: reason ?? '' };
        await takeWorkflowStep({ step: 'record-failure', input, execution: name, error }, this.#deps);
      } else await step(suspending ? 'report-suspension' : 'report-release');
    }
    this.executions[index] = { stateMachine, name, input, status };
  }

  #enforce(subject: string) {
    const iam = this.#iam;
    return enforce(
      { subject },
      {
        ...this.#deps,
        principals: {
          describe: async ({ name }) => ({
            ...{ arn: '', uniqueId: '', tags: {} },
            path: isIdentityCenterRole(name) ? '/aws-reserved/sso.amazonaws.com/' : '/',
          }),
        },
        carry: (target, step) =>
          // Nothing of a fence is seen in a replay but that it holds.
          target.type === 'session'
            ? Promise.resolve(true)
            : matchIam(target, step, { iam, sleep: async () => {} }),
        holder: 'replay',
      },
    );
  }

  readonly #attached = new Map<string, Set<DenyLevel>>();
  get #iam(): Iam {
    const of = ({ type, name }: IamTarget) => {
      const key = `${type}/${name}`;
      const found = this.#attached.get(key) ?? new Set<DenyLevel>();
      this.#attached.set(key, found);
      return found;
    };
    return {
      attached: async (target) => new Set(of(target)),
      attach: async (target, step) => void of(target).add(step),
      detach: async (target, step) => void of(target).delete(step),
      denies: async () => true,
    };
  }
}
