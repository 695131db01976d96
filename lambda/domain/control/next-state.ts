import { enforcedLevelFor, type Hold, type Holds, strongestLevel } from './access.ts';
import type { Cause } from './cause.ts';
import { executionName } from './execution-name.ts';
import { haltsEveryone } from './pool-holds.ts';
import type { AskedLevel } from './rung.ts';
import { type Pending, type SubjectState, without } from './state.ts';
import type { WorkflowName } from './workflow-name.ts';

export type Action =
  | {
      readonly type: 'start';
      readonly workflow: WorkflowName;
      readonly cause: Cause;
      readonly window: string;
      readonly execution: string;
    }
  | { readonly type: 'enforce' }
  | { readonly type: 'evaluate'; readonly subject: string };

/** What placing and lifting holds needs to know of a situation. */
export interface Placing {
  readonly subject: string;
  readonly state: SubjectState;
  readonly members: readonly string[];
  readonly now: Date;
}

/** An enforcer that was asked and has not reported by then is asked again. */
const enforcerPatienceMs = 2 * 60_000;
/** A workflow that has not reported by then is checked. */
const workflowPatienceMs = 15 * 60_000;

export interface Wanted {
  readonly level: AskedLevel;
  readonly window: string;
  readonly reason: string;
  /** Below the limit, because what is under way will use up the rest. */
  readonly early?: true;
  /** The execution of the order that asks for it. */
  readonly order?: string;
}

export interface Recorded {
  readonly action: string;
  readonly cause: Cause;
  readonly window: string | undefined;
  /** Why, in a sentence. */
  readonly reason: string | undefined;
}

/** Collects the changes that make the holds what is wanted, one cause at a time. */
export class NextState {
  patch: { -readonly [K in keyof SubjectState]?: SubjectState[K] } = {};
  actions: Action[] = [];
  due: Date[] = [];
  /** The latest change of a hold or a workflow, as the audit trail is to name it. */
  recorded: Recorded | undefined;
  readonly #situation: Placing;

  constructor(situation: Placing) {
    this.#situation = situation;
  }

  /** Whether any hold would be placed or removed, or any action asked for. */
  get changesSomething(): boolean {
    return this.actions.length > 0 || Object.keys(this.patch).length > 0;
  }

  get holds(): Holds {
    return this.patch.holds ?? this.#situation.state.holds;
  }

  get #pending() {
    return this.patch.pending ?? this.#situation.state.pending;
  }

  /** Restrictions are placed and lifted here and now; a suspension comes and goes by its workflow. */
  reach(cause: Cause, wanted: Wanted | undefined): void {
    const held = this.holds[cause];
    const pending = this.#pending[cause];
    if (pending !== undefined && held?.level === 'grace' && wanted?.level !== 'suspended') {
      this.#endGrace(cause, held, wanted);
      return;
    }
    if (pending !== undefined) {
      this.#checkAgainAfter(pending);
      return;
    }
    if (wanted?.level === 'suspended') {
      if (held?.level === 'suspended' && this.#situation.state.failure === undefined)
        this.#reattribute(cause, held, wanted);
      else this.#start('suspension', cause, wanted.window, wanted.reason);
    } else if (held?.level === 'suspended' || held?.level === 'grace') {
      this.#start('restoration', cause, held.window, noLonger[cause]);
    } else this.follow(cause, wanted);
  }

  /**
   * Places, changes or lifts a hold at once: a mild level, or the suspension that a halt asks for. The halt has a workflow
   * of its own for everyone; a principal that is first seen during it is suspended here.
   */
  follow(cause: Cause, wanted: Wanted | undefined): void {
    const held = this.holds[cause];
    if (wanted === undefined) {
      if (held !== undefined) this.#lift(cause, held);
    } else if (held?.level === wanted.level) this.#reattribute(cause, held, wanted);
    else this.#place(cause, wanted);
  }

  /** A team's or the account's holds are holds: their principals are held, they are not. */
  holdPool(cause: 'own' | 'manual', wanted: Wanted | undefined): void {
    const held = this.holds[cause];
    // A further order is a newer word than what was ordered about single members meanwhile.
    const same = wanted?.level === held?.level && wanted?.window === held?.window;
    if (same && wanted?.order === held?.order) return;
    const { now, members, state } = this.#situation;
    if (wanted === undefined) {
      this.patch.holds = without(this.holds, cause);
      this.patch.counter = state.counter + 1;
    } else {
      this.patch.holds = { ...this.holds, [cause]: { ...wanted, since: now.toISOString() } };
    }
    this.#record(
      wanted === undefined ? 'pool-available' : 'pool-exhausted',
      cause,
      (wanted ?? held)?.window,
      wanted?.reason,
    );
    for (const member of members) this.#evaluate(member);
  }

  /** Brings everyone to what the account's holds ask for. A halt that is overtaken by a resume, and back, gives way. */
  steerAccount(window: string): void {
    const { state, now } = this.#situation;
    const wanted = haltsEveryone(this.holds) ? 'halted' : 'running';
    const workflow = wanted === 'halted' ? 'halt' : 'resume';
    const pending = this.#pending.account;
    if (pending?.workflow === workflow) this.#checkAgainAfter(pending);
    else if (pending !== undefined || (state.accountState ?? 'running') !== wanted) {
      if (pending !== undefined) {
        // The overtaken one finds that nobody waits for it and ends.
        this.patch.pending = without(this.#pending, 'account');
        this.patch.counter = state.counter + 1;
        this.due.push(now);
      }
      const why = { halt: 'Everyone is to be stopped.', resume: 'Nothing asks for the halt any more.' };
      this.#start(workflow, 'account', window, why[workflow]);
    }
  }

  /** IAM does not carry what the holds ask for, and no workflow is to change that: ask the enforcer, once, then again in time. */
  chaseEnforcer(): void {
    const { state, now } = this.#situation;
    // A workflow asks the enforcer itself. During a grace period the restriction has to take effect here.
    if (Object.keys(this.#pending).length > 0 && strongestLevel(this.holds) !== 'grace') return;
    if (enforcedLevelFor(this.holds) === state.enforced.level && state.failure === undefined) return;
    if (state.enforced.outcome === 'unenforceable' && this.patch.holds === undefined) return;
    if (this.actions.some((action) => action.type === 'enforce')) return;
    const asked =
      state.enforceAskedAt === undefined ? 0 : Date.parse(state.enforceAskedAt) + enforcerPatienceMs;
    const again = new Date(Math.max(asked, Date.parse(state.failure?.retryAt ?? '') || 0));
    if (again > now) this.due.push(again);
    else this.#askEnforcer();
  }

  #checkAgainAfter(pending: Pending): void {
    const { now } = this.#situation;
    const at = Date.parse(pending.since) + workflowPatienceMs;
    // A long grace period must not cause an evaluation with every sweep.
    this.due.push(new Date(at > now.getTime() ? at : now.getTime() + workflowPatienceMs));
  }

  #start(workflow: WorkflowName, cause: Cause, window: string, reason?: string): void {
    const { state, subject, now } = this.#situation;
    if (state.failure !== undefined && Date.parse(state.failure.retryAt) > now.getTime()) {
      this.due.push(new Date(state.failure.retryAt));
      return;
    }
    const counter = this.patch.counter ?? state.counter;
    const execution = executionName({ workflow, subject, window, cause, counter, at: now.toISOString() });
    const pending: Pending = { workflow, window, execution, since: now.toISOString() };
    this.patch.pending = { ...this.#pending, [cause]: pending };
    this.actions.push({ type: 'start', workflow, cause, window, execution });
    this.due.push(new Date(now.getTime() + workflowPatienceMs));
    this.#record(`start-${workflow}`, cause, window, reason);
  }

  #place(cause: Cause, { level, window, reason }: Wanted): void {
    const since = this.#situation.now.toISOString();
    this.patch.holds = { ...this.holds, [cause]: { level, window, since, reason } };
    this.#askEnforcer();
    this.#record(placing[level], cause, window, reason);
  }

  /** The limit was raised, or the window turned: the matter is ended here, and the waiting workflow finds nothing to do. */
  #endGrace(cause: Cause, held: Hold, wanted: Wanted | undefined): void {
    const rest = without(this.holds, cause);
    const since = this.#situation.now.toISOString();
    this.patch.holds = wanted === undefined ? rest : { ...rest, [cause]: { ...wanted, since } };
    this.patch.pending = without(this.#pending, cause);
    this.patch.counter = this.#situation.state.counter + 1;
    this.#askEnforcer();
    this.#record('end-grace', cause, held.window, noLonger[cause]);
  }

  #lift(cause: Cause, held: Hold): void {
    this.patch.holds = without(this.holds, cause);
    this.patch.counter = this.#situation.state.counter + 1;
    this.#askEnforcer();
    this.#record(
      held.level === 'suspended' ? 'lift-suspension' : 'lift-restriction',
      cause,
      held.window,
      noLonger[cause],
    );
  }

  /** The same step, now asked for by another window: the hold has to end with that one. */
  #reattribute(cause: Cause, held: Hold, wanted: Wanted): void {
    if (held.window === wanted.window) return;
    this.patch.holds = { ...this.holds, [cause]: { ...held, window: wanted.window, reason: wanted.reason } };
    this.#record('reattribute', cause, wanted.window, wanted.reason);
  }

  #evaluate(subject: string): void {
    if (this.actions.some((action) => action.type === 'evaluate' && action.subject === subject)) return;
    this.actions.push({ type: 'evaluate', subject });
  }

  #askEnforcer(): void {
    const { now } = this.#situation;
    if (!this.actions.some((action) => action.type === 'enforce')) this.actions.push({ type: 'enforce' });
    this.patch.enforceAskedAt = now.toISOString();
    this.due.push(new Date(now.getTime() + enforcerPatienceMs));
  }

  #record(action: string, cause: Cause, window: string | undefined, reason?: string): void {
    this.recorded = { action, cause, window, reason };
  }
}

/** Why a hold ends, by its cause. */
const noLonger: Readonly<Record<Cause, string>> = {
  own: 'Its own budget no longer asks for it: a raised limit, a new window, or an order.',
  team: "The team's pool no longer asks for it.",
  account: 'The account no longer asks for it.',
  velocity: 'The sudden jump is over.',
  manual: "The operator's order is over.",
};

/** How the audit trail names a hold that is placed at once. */
const placing: Readonly<Record<AskedLevel, string>> = {
  'no-premium': 'take-premium-away',
  restricted: 'restrict',
  suspended: 'suspend',
};
