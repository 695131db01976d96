import type { EveryoneTally } from '../domain/control/hold-task.ts';
import type { EnforcedLevel } from '../domain/level.ts';

/** What a portion of a halt or a resume is told, and answers; the machine hands the answer to the next portion. */
export interface EveryoneTask {
  readonly workflow: 'halt' | 'resume';
  readonly execution: string;
  readonly portion: EveryonePortion;
}
export interface EveryonePortion extends EveryoneTally {
  /** Where the next portion goes on in the list of principals; empty at its start. */
  readonly cursor: string;
  readonly done: boolean;
  /** Another halt or resume was decided meanwhile: this one ends without a report. */
  readonly overtaken: boolean;
}

/** The start of a halt or a resume: nobody is enforced yet. */
export const firstPortion: EveryonePortion = {
  ...{ cursor: '', done: false, overtaken: false },
  ...{ seen: 0, changed: 0, unenforceable: 0, failed: 0 },
};

/** Answer of `confirm-suspension` and `confirm-release`; the machines branch on it. */
export interface Confirmation {
  readonly confirmed: boolean;
  /** Seconds to wait before the deny; 0 means now. */
  readonly graceSeconds: number;
  readonly spentUsd: string;
  readonly limitUsd: string;
}

/** Input of the enforcer, from a machine or from an asynchronous invocation. */
export interface EnforceTask {
  readonly subject: string;
  /** Nobody waits for the answer and retries: the enforcer records a failure itself. */
  readonly alone?: boolean;
}

/** What the halt switch's function is asked: to be where it should be, and by the schedule to be on everyone, too. */
export interface SwitchTask {
  readonly attach: boolean;
}

/** What the function for batch jobs is asked once a halt was read back. */
export interface StopJobsTask {
  readonly stopJobsOf: string;
}

/** Answer of the enforcer after its read-back. */
export interface Enforcement {
  readonly outcome: 'matched' | 'unenforceable';
  readonly level: EnforcedLevel;
  /** Why no policy can stop it, where the outcome is `unenforceable`. */
  readonly reason?: string;
}
