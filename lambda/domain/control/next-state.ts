import type { Cause } from '../../contracts/workflows.ts';
import { type Hold, type Holds, policyFor, strongestStep } from './access.ts';
import { executionName } from './execution-name.ts';
import { type Pending, type SubjectState, without } from './state.ts';

export type Action =
  | {
      readonly type: 'start';
      readonly workflow: 'suspension' | 'restoration';
      readonly cause: Cause;
      readonly window: string;
      readonly execution: string;
    }
  | { readonly type: 'enforce' }
  | { readonly type: 'wake'; readonly subject: string };

/** What placing and lifting holds needs to know of a situation. */
export interface Placing {
  readonly subject: string;
  readonly state: SubjectState;
  readonly members: readonly string[];
  readonly now: Date;
}

/** An enforcer that was asked and has not reported by then is asked again. */
const enforcerPatienceMs = 2 * 60_000;
/** A workflow that has not reported by then is looked at. */
const workflowPatienceMs = 15 * 60_000;

export interface Wanted {
  readonly step: 'restrict' | 'suspend';
  readonly window: string;
  readonly reason: string;
}

/** Collects what has to change so that holds come to be what is wanted, one cause at a time. */
export class NextState {
  patch: { -readonly [K in keyof SubjectState]?: SubjectState[K] } = {};
  actions: Action[] = [];
  due: Date[] = [];
  action: string | undefined;
  cause: Cause | undefined;
  window: string | undefined;
  readonly #situation: Placing;

  constructor(situation: Placing) {
    this.#situation = situation;
  }

  /** Whether anything would be held, lifted or asked for. */
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
    if (pending !== undefined && held?.step === 'grace' && wanted?.step !== 'suspend') {
      this.#endGrace(cause, held, wanted);
      return;
    }
    if (pending !== undefined) {
      const { now } = this.#situation;
      const look = Date.parse(pending.since) + workflowPatienceMs;
      // A long grace period is no reason to be looked at with every sweep.
      this.due.push(new Date(look > now.getTime() ? look : now.getTime() + workflowPatienceMs));
      return;
    }
    if (wanted?.step === 'suspend') {
      if (held?.step === 'suspend' && this.#situation.state.failure === undefined)
        this.#reattribute(cause, held, wanted);
      else this.#start('suspension', cause, wanted.window);
    } else if (held !== undefined && held.step !== 'restrict') {
      this.#start('restoration', cause, held.window);
    } else if (wanted !== undefined) {
      if (held === undefined) this.#restrict(cause, wanted);
      else this.#reattribute(cause, held, wanted);
    } else if (held !== undefined) {
      this.#lift(cause, held);
    }
  }

  /** A team's or the account's own hold is a mark: their principals are held, they are not. */
  markPool(wanted: Wanted | undefined): void {
    const held = this.holds.own;
    const over = wanted?.step === 'suspend' ? wanted : undefined;
    if (over?.window === held?.window) return;
    const { now, members, state } = this.#situation;
    this.patch.holds =
      over === undefined
        ? without(this.holds, 'own')
        : {
            ...this.holds,
            own: { step: 'suspend', window: over.window, since: now.toISOString(), reason: over.reason },
          };
    if (over === undefined) this.patch.counter = state.counter + 1;
    this.#note(over === undefined ? 'pool-available' : 'pool-exhausted', 'own', over?.window ?? held?.window);
    for (const member of members) this.actions.push({ type: 'wake', subject: member });
  }

  /** IAM does not carry what the holds ask for and no workflow sees to it: ask the enforcer, once, then again in time. */
  chaseEnforcer(): void {
    const { state, now } = this.#situation;
    // A workflow sees to IAM itself, except that during a grace period the restriction has to bite.
    if (Object.keys(this.#pending).length > 0 && strongestStep(this.holds) !== 'grace') return;
    if (policyFor(this.holds) === state.enforced.step && state.failure === undefined) return;
    if (state.enforced.outcome === 'unenforceable' && this.patch.holds === undefined) return;
    if (this.actions.some((action) => action.type === 'enforce')) return;
    const asked =
      state.enforceAskedAt === undefined ? 0 : Date.parse(state.enforceAskedAt) + enforcerPatienceMs;
    const again = new Date(Math.max(asked, Date.parse(state.failure?.retryAt ?? '') || 0));
    if (again > now) this.due.push(again);
    else this.#askEnforcer();
  }

  #start(workflow: 'suspension' | 'restoration', cause: Cause, window: string): void {
    const { state, subject, now } = this.#situation;
    if (state.failure !== undefined && Date.parse(state.failure.retryAt) > now.getTime()) {
      this.due.push(new Date(state.failure.retryAt));
      return;
    }
    const counter = this.patch.counter ?? state.counter;
    const execution = executionName({ workflow, subject, window, cause, counter });
    const pending: Pending = { workflow, window, execution, since: now.toISOString() };
    this.patch.pending = { ...this.#pending, [cause]: pending };
    this.actions.push({ type: 'start', workflow, cause, window, execution });
    this.due.push(new Date(now.getTime() + workflowPatienceMs));
    this.#note(`start-${workflow}`, cause, window);
  }

  #restrict(cause: Cause, { window, reason }: Wanted): void {
    const since = this.#situation.now.toISOString();
    this.patch.holds = { ...this.holds, [cause]: { step: 'restrict', window, since, reason } };
    this.#askEnforcer();
    this.#note('restrict', cause, window);
  }

  /** The limit was raised, or the window turned: the matter is ended here, and the waiting workflow finds nothing to do. */
  #endGrace(cause: Cause, held: Hold, wanted: Wanted | undefined): void {
    const rest = without(this.holds, cause);
    const since = this.#situation.now.toISOString();
    this.patch.holds = wanted === undefined ? rest : { ...rest, [cause]: { ...wanted, since } };
    this.patch.pending = without(this.#pending, cause);
    this.patch.counter = this.#situation.state.counter + 1;
    this.#askEnforcer();
    this.#note('end-grace', cause, held.window);
  }

  #lift(cause: Cause, held: Hold): void {
    this.patch.holds = without(this.holds, cause);
    this.patch.counter = this.#situation.state.counter + 1;
    this.#askEnforcer();
    this.#note('lift-restriction', cause, held.window);
  }

  /** The same step, now asked for by another window: the hold has to end with that one. */
  #reattribute(cause: Cause, held: Hold, wanted: Wanted): void {
    if (held.window === wanted.window) return;
    this.patch.holds = { ...this.holds, [cause]: { ...held, window: wanted.window, reason: wanted.reason } };
    this.#note('reattribute', cause, wanted.window);
  }

  #askEnforcer(): void {
    const { now } = this.#situation;
    if (!this.actions.some((action) => action.type === 'enforce')) this.actions.push({ type: 'enforce' });
    this.patch.enforceAskedAt = now.toISOString();
    this.due.push(new Date(now.getTime() + enforcerPatienceMs));
    this.action ??= 'enforce';
  }

  #note(action: string, cause: Cause, window: string | undefined): void {
    this.action = action;
    this.cause = cause;
    this.window = window;
  }
}
