import { type SettingsInput, settingsSchema } from '../../lambda/contracts/settings.ts';
import { firstPortion } from '../../lambda/contracts/workflows.ts';
import { errorNames, type WorkflowStep } from '../../lambda/domain/control/hold-task.ts';
import type { OverrideRequest } from '../../lambda/domain/control/override-request.ts';
import { firstState } from '../../lambda/domain/control/state.ts';
import { teamOf } from '../../lambda/domain/control/subject.ts';
import type { WorkflowInput, WorkflowName } from '../../lambda/domain/control/workflow-name.ts';
import type { DenyLevel } from '../../lambda/domain/level.ts';
import { parseUsd } from '../../lambda/domain/money.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { accountSubject, subjectOf } from '../../lambda/domain/subject.ts';
import { windowIdAt } from '../../lambda/domain/windows.ts';
import { type EvaluateDeps, evaluateSubject } from '../../lambda/use-cases/deciding/evaluate-subject.ts';
import { sweep } from '../../lambda/use-cases/deciding/sweep.ts';
import { takeWorkflowStep } from '../../lambda/use-cases/deciding/workflow-steps.ts';
import { type EnforceDeps, enforce, enforceAlone } from '../../lambda/use-cases/enforcement/enforce.ts';
import { enforceEveryone } from '../../lambda/use-cases/enforcement/enforce-everyone.ts';
import { matchIam } from '../../lambda/use-cases/enforcement/match-iam.ts';
import { ingestLines } from '../../lambda/use-cases/metering/ingest-lines.ts';
import { takeOverride } from '../../lambda/use-cases/overrides/follow-override.ts';
import type { IamTarget } from '../../lambda/use-cases/ports/iam.ts';
import type { ExecutionStatus } from '../../lambda/use-cases/ports/workflows.ts';
import { MemoryLedger } from '../../scripts/budgeteer/replay/memory-ledger.ts';
import { MemorySubjects } from '../../scripts/budgeteer/replay/memory-subjects.ts';

interface Execution {
  readonly workflow: WorkflowName;
  readonly name: string;
  readonly input: WorkflowInput;
  status: ExecutionStatus;
}

/** An IAM that forgets, throttles and dies as often as it is told to. */
class FaultyIam {
  readonly carried = new Map<string, Set<DenyLevel>>();
  /** So many of the next calls fail. */
  faults = 0;

  #of({ type, name }: IamTarget): Set<DenyLevel> {
    if (this.faults > 0) {
      this.faults--;
      throw new Error('Rate exceeded');
    }
    const key = `${type}/${name}`;
    const found = this.carried.get(key) ?? new Set<DenyLevel>();
    this.carried.set(key, found);
    return found;
  }

  async attached(target: IamTarget) {
    return new Set(this.#of(target));
  }
  async attach(target: IamTarget, step: DenyLevel) {
    this.#of(target).add(step);
  }
  async denies() {
    return true;
  }
  async detach(target: IamTarget, step: DenyLevel) {
    this.#of(target).delete(step);
  }
}

/**
 * The control plane with its real decisions, workflow steps, enforceEveryone, enforcer and sweep, over memory: time moves by hand,
 * and IAM, Lambda and Step Functions fail on demand.
 */
export class ControlRun {
  readonly subjects = new MemorySubjects();
  readonly ledger = new MemoryLedger(this.subjects);
  readonly iam = new FaultyIam();
  readonly executions: Execution[] = [];
  readonly settings: Settings;
  now: Date;
  /** So many of the next executions die without a word, after their first step. */
  deaths = 0;
  #orders = 0;
  #deliveries = 0;

  constructor(settings: SettingsInput, now: Date) {
    this.settings = settingsSchema.parse(settings);
    this.now = now;
  }

  get #deps(): EvaluateDeps & EnforceDeps {
    return {
      subjects: this.subjects,
      settings: this.settings,
      clock: () => this.now,
      principals: { describe: async () => ({ arn: '', path: '/', uniqueId: '', tags: {} }) },
      carry: (target, step) =>
        target.type === 'session'
          ? // Nothing of a fence is seen here but that it holds.
            Promise.resolve(true)
          : matchIam(target, step, { iam: this.iam, sleep: async () => {} }),
      holder: 'test',
      workflows: {
        start: async ({ workflow, execution, window, cause }, subject) => {
          if (this.executions.some(({ name }) => name === execution)) return;
          this.executions.push({
            workflow,
            name: execution,
            input: { subject, window, cause },
            status: 'running',
          });
        },
        status: async (_workflow, execution) =>
          this.executions.find(({ name }) => name === execution)?.status ?? 'missing',
      },
      enforcer: { ask: async (subject) => void (await this.#enforceAlone(subject)) },
    };
  }

  async #enforceAlone(subject: string): Promise<void> {
    try {
      await enforceAlone({ subject, alone: true }, this.#deps);
    } catch {
      // Recorded in the state; Lambda's own retries are not waited for here.
    }
  }

  /**
   * What ingest does with a record: everyone whom it counts against is provisioned, and gets the amount.
   * @param late it is so old that it tells nothing of what is being spent now
   */
  async spend(principal: string, usd: string, late = false): Promise<void> {
    const team = teamOf(principal, this.settings);
    for (const subject of [principal, accountSubject, ...(team === undefined ? [] : [team])]) {
      await this.subjects.provision(subject, firstState(this.now.toISOString(), 'seen'));
      const window = windowIdAt('month', this.now, this.settings.timeZone);
      const balances = this.subjects.balances.get(subject) ?? {};
      const { spent, requests, live } = balances[window] ?? { spent: 0n, requests: 0 };
      const [young, calls] = late ? [0n, 0] : [parseUsd(usd), 1];
      const next = {
        ...{ spent: spent + parseUsd(usd), ceiling: 0n, requests: requests + 1 },
        live: { spent: (live?.spent ?? 0n) + young, requests: (live?.requests ?? 0) + calls },
      };
      this.subjects.balances.set(subject, { ...balances, [window]: next });
      await this.subjects.requestEvaluation(subject);
    }
    await this.settle();
  }

  /** Lines of the log come in together: metered as deployed, into memory. */
  async deliver(lines: readonly string[], seenBefore = false): Promise<void> {
    const sources = lines.map((text) => ({ text, source: 'test' }));
    const delivery = { id: String(this.#deliveries++), seenBefore };
    await ingestLines(sources, { ...this.#deps, ledger: this.ledger }, delivery);
    await this.settle();
  }

  /** Nothing runs until then, and afterwards the sweep does once: an outage. */
  async outage(to: Date): Promise<void> {
    this.now = to;
    await sweep(this.#deps);
    await this.settle();
  }

  /** The override machine after its check; answers whether the order was taken. */
  async order(request: OverrideRequest): Promise<boolean> {
    const records = { find: async () => undefined, keep: async () => {}, keepToken: async () => {} };
    const execution = `override-${this.#orders++}`;
    try {
      await takeOverride(execution, request, {}, { ...this.#deps, records });
    } catch (error) {
      if (error instanceof Error && error.name === 'OverrideRefused') return false;
      throw error;
    }
    await this.settle();
    return true;
  }

  /** Moves the clock from one due look to the next, as the sweep each minute does. */
  async advance(to: Date): Promise<void> {
    await this.settle();
    for (let rounds = 0; ; rounds++) {
      const due = this.subjects.nextDue();
      if (due === undefined || due > to) break;
      if (rounds > 5_000) throw new Error('Something is due for ever.');
      // What is due now was not seen to yet: the next sweep comes in a minute; during a pause many find nothing to do.
      const patience = this.subjects.states.get(accountSubject)?.paused === undefined ? 60_000 : 3_600_000;
      const next = new Date(this.now.getTime() + patience);
      this.now = due > next || (due > this.now && patience === 60_000) ? due : next < to ? next : to;
      await sweep(this.#deps);
      await this.settle();
      if (this.now >= to) break;
    }
    if (to > this.now) this.now = to;
  }

  /** Until nobody asks for an evaluation and no execution can go on. */
  async settle(): Promise<void> {
    for (;;) {
      const toEvaluate = this.subjects.takeEvaluations();
      for (const subject of toEvaluate) await evaluateSubject(subject, this.#deps);
      const running = this.executions.find(
        ({ status, ...execution }) => status === 'running' && !this.#dead.has(execution.name),
      );
      if (running !== undefined) await this.#run(running);
      else if (toEvaluate.length === 0) return;
    }
  }

  readonly #dead = new Set<string>();

  /** A machine's states in order; a step that fails for good is recorded, as the machines do. */
  async #run(execution: Execution): Promise<void> {
    if (this.deaths > 0) {
      this.deaths--;
      this.#dead.add(execution.name);
      await this.#step(execution, execution.workflow === 'restoration' ? 'release-hold' : 'place-hold').catch(
        () => {},
      );
      execution.status = 'failed';
      return;
    }
    try {
      await (execution.workflow === 'halt' || execution.workflow === 'resume'
        ? this.#runEveryone(execution)
        : this.#runHold(execution));
      execution.status = 'succeeded';
    } catch (error) {
      execution.status = 'failed';
      const { name, message } = error as Error;
      await takeWorkflowStep(
        {
          step: 'record-failure',
          input: execution.input,
          execution: execution.name,
          error: { Error: name, Cause: message },
        },
        this.#deps,
      );
    }
  }

  async #runHold(execution: Execution): Promise<void> {
    const suspending = execution.workflow === 'suspension';
    const answer = await this.#step(execution, suspending ? 'confirm-suspension' : 'confirm-release');
    if (!('confirmed' in answer) || !answer.confirmed) {
      await this.#step(execution, 'stand-down');
      return;
    }
    await this.#step(execution, suspending ? 'place-hold' : 'release-hold');
    const { outcome, reason } = await this.#tryTwice(() =>
      enforce({ subject: execution.input.subject }, this.#deps),
    );
    if (outcome === 'unenforceable') throw Object.assign(new Error(reason), { name: 'Unenforceable' });
    await this.#step(execution, suspending ? 'report-suspension' : 'report-release');
  }

  async #runEveryone(execution: Execution): Promise<void> {
    const workflow = execution.workflow as 'halt' | 'resume';
    const tally = await this.#tryTwice(() =>
      enforceEveryone(
        { workflow, execution: execution.name, portion: firstPortion },
        { ...this.#deps, sleep: async () => {}, principalsPerSecond: 5, remainingMs: () => 60_000 },
      ),
    );
    if (tally.overtaken) return;
    const step = workflow === 'halt' ? 'report-halt' : 'report-resume';
    await takeWorkflowStep({ step, input: execution.input, execution: execution.name, tally }, this.#deps);
  }

  #step({ input, name }: Execution, step: WorkflowStep) {
    return takeWorkflowStep({ step, input, execution: name }, this.#deps);
  }

  async #tryTwice<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.name === errorNames.paused) throw error;
      return work();
    }
  }

  /** Our policies on a principal. */
  carriedBy(principal: string): DenyLevel[] {
    return [...(this.iam.carried.get(principal) ?? [])];
  }

  principals(): string[] {
    return [...this.subjects.states.keys()].filter((subject) => subjectOf(subject).scope === 'principal');
  }
}
