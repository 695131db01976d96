import type { Alert } from '../../../lambda/domain/control/alert.ts';
import { type Balance, noBalance } from '../../../lambda/domain/control/crossings.ts';
import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import type { Pace } from '../../../lambda/domain/pace/pace.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import {
  type Commit,
  type DueItem,
  type KeptPace,
  type ListedPrincipal,
  type SubjectSnapshot,
  type Subjects,
  VersionConflictError,
} from '../../../lambda/use-cases/ports/subjects.ts';

/** The subjects of a replay: what the table user-budgets holds, in memory and for one writer. */
export class MemorySubjects implements Subjects {
  readonly states = new Map<string, SubjectState>();
  readonly specs = new Map<string, BudgetSpec>();
  readonly balances = new Map<string, Record<string, Balance>>();
  readonly alerts: Alert[] = [];
  /** Every state that was ever written, oldest first: what the audit is fed with. */
  readonly history: { readonly subject: string; readonly state: SubjectState }[] = [];
  /** Goes up with every state that is written. */
  changes = 0;
  readonly #due = new Map<string, Date>();
  /** The first of them; unknown where the one that was first has changed. */
  #first: { readonly at: Date | undefined } | undefined = { at: undefined };
  readonly #toEvaluate = new Set<string>();
  readonly #raised = new Set<string>();
  readonly #paces = new Map<string, Pace>();

  async load(subject: string, windows: readonly string[]): Promise<SubjectSnapshot> {
    const balances = this.balances.get(subject) ?? {};
    return {
      state: this.states.get(subject),
      operatorSpec: this.specs.get(subject),
      balances: Object.fromEntries(windows.map((window) => [window, balances[window] ?? noBalance])),
      dueAt: this.#due.get(subject),
      pace: this.#paces.get(subject),
    };
  }

  async state(subject: string): Promise<SubjectState | undefined> {
    return this.states.get(subject);
  }

  async definitions(subjects: readonly string[]): Promise<ReadonlyMap<string, BudgetSpec | undefined>> {
    return new Map(
      subjects
        .filter((subject) => this.states.has(subject))
        .map((subject) => [subject, this.specs.get(subject)]),
    );
  }

  /** A replay asks no IAM: its teams are the configured ones. */
  async taggedMembers(): Promise<readonly string[]> {
    return [];
  }

  async provision(subject: string, state: SubjectState): Promise<void> {
    if (this.states.has(subject)) return;
    this.#write(subject, state);
    this.#put(subject, new Date(state.lastChange.at));
  }

  async commit(commit: Commit): Promise<void> {
    const { subject, expectedVersion, state, alerts = [], spec, evaluate, pace } = commit;
    if (this.states.get(subject)?.version !== expectedVersion) {
      throw new VersionConflictError(`${subject} is no longer at version ${expectedVersion}.`);
    }
    this.#write(subject, state);
    for (const alert of alerts) await this.raise(alert);
    if (pace !== undefined) await this.keepPace(subject, pace);
    if (spec) this.specs.set(subject, spec);
    else if (spec === null) this.specs.delete(subject);
    if (evaluate || spec !== undefined) this.#toEvaluate.add(subject);
  }

  #write(subject: string, state: SubjectState): void {
    this.changes += 1;
    this.states.set(subject, state);
    this.history.push({ subject, state });
  }

  /** A replay acts on every action at once, so none waits to be acknowledged. */
  async acknowledge(): Promise<void> {}

  async requestEvaluation(subject: string): Promise<void> {
    this.#toEvaluate.add(subject);
  }

  /** Subjects that asked for an evaluation since the last call. */
  takeEvaluations(): string[] {
    const toEvaluate = [...this.#toEvaluate];
    this.#toEvaluate.clear();
    return toEvaluate;
  }

  async setDue(subject: string, at: Date | undefined): Promise<void> {
    this.#put(subject, at);
  }

  #put(subject: string, at: Date | undefined): void {
    const before = this.#due.get(subject);
    if (at === undefined) this.#due.delete(subject);
    else this.#due.set(subject, at);
    const first = this.#first?.at;
    if (at !== undefined && (first === undefined || at <= first)) this.#first &&= { at };
    else if (before !== undefined && before.getTime() === first?.getTime()) this.#first = undefined;
  }

  async keepPace(subject: string, { pace }: KeptPace): Promise<void> {
    this.#paces.set(subject, pace);
  }

  /** A replay has no sweep to wait for. */
  raiseLater(alert: Alert): Promise<void> {
    return this.raise(alert);
  }

  async raise(alert: Alert): Promise<void> {
    const name = `${alert.subject} ${alert.window}#${alert.id}`;
    if (this.#raised.has(name)) return;
    this.#raised.add(name);
    this.alerts.push(alert);
  }

  nextDue(): Date | undefined {
    this.#first ??= {
      at: [...this.#due.values()].reduce<Date | undefined>(
        (first, at) => (first === undefined || at < first ? at : first),
        undefined,
      ),
    };
    return this.#first.at;
  }

  async *listPrincipals(): AsyncGenerator<readonly ListedPrincipal[]> {
    yield [...this.states.keys()]
      .filter((subject) => subjectOf(subject).scope === 'principal')
      .map((subject) => ({ subject, cursor: '' }));
  }

  async *due(now: Date): AsyncGenerator<readonly DueItem[]> {
    yield [...this.#due].filter(([, at]) => at <= now).map(([subject]) => ({ kind: 'evaluate', subject }));
  }

  lease<T>(_subject: string, _holder: string, work: () => Promise<T>): Promise<T> {
    return work();
  }
}
