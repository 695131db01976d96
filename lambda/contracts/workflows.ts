/** Inputs and outputs of the state machines and of the Lambda tasks in them. */

/** Why a principal is held. Each cause is its own hold: whoever adds one removes only that one. */
export const causes = ['own', 'team', 'account', 'velocity', 'manual'] as const;
export type Cause = (typeof causes)[number];

/** The machines that a decision starts; the override machine is started by operators. */
export const workflowNames = ['suspension', 'restoration', 'halt', 'resume'] as const;
export type WorkflowName = (typeof workflowNames)[number];

/** Input of the suspension, restoration, halt and resume machines; the latter two are about the subject `account`. */
export interface WorkflowInput {
  readonly subject: string;
  /** Window that was exhausted, or whose exhaustion ended: `month:2026-11`. */
  readonly window: string;
  readonly cause: Cause;
}

/** The steps of the holds function, one per task state. */
export const holdSteps = [
  'confirm-suspension',
  'begin-grace',
  'place-hold',
  'report-suspension',
  'confirm-release',
  'release-hold',
  'report-release',
  'report-halt',
  'report-resume',
  'stand-down',
  'record-failure',
] as const;
export type HoldStep = (typeof holdSteps)[number];

/** What every task state of the two machines sends to the holds function. */
export interface HoldTask {
  readonly step: HoldStep;
  readonly input: WorkflowInput;
  /** `$$.Execution.Name` */
  readonly execution: string;
  /** Only for `record-failure`: what the Catch caught. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  /** Only for `report-halt` and `report-resume`. */
  readonly tally?: FleetTally;
}

/** What became of everyone during a halt or a resume. */
export interface FleetTally {
  /** Principals evaluated. */
  readonly seen: number;
  /** Principals for whom IAM had to be changed, and was read back. */
  readonly changed: number;
  /** Principals that no policy of ours can stop. */
  readonly unenforceable: number;
  /** Principals that could not be enforced; the sweep tries them again. */
  readonly failed: number;
}

/** What a portion of a halt or a resume is told, and answers; the machine hands the answer to the next portion. */
export interface FleetTask {
  readonly workflow: 'halt' | 'resume';
  readonly execution: string;
  readonly portion: FleetPortion;
}
export interface FleetPortion extends FleetTally {
  /** Where the next portion goes on in the roster; empty at its start. */
  readonly cursor: string;
  readonly done: boolean;
  /** Another halt or resume was decided meanwhile: this one ends without a report. */
  readonly overtaken: boolean;
}

/** The start of a halt or a resume: nobody is enforced yet. */
export const firstPortion: FleetPortion = {
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

/** Our deny-only policies, mildest first: dearest models off, economy models only, nothing. */
export const denySteps = ['no-premium', 'economy', 'halt'] as const;
export type DenyStep = (typeof denySteps)[number];
/** What IAM should say about a principal: one of our policies, or none. */
export type EnforcedStep = 'none' | DenyStep;

/** Input of the enforcer, from a machine or from an asynchronous invocation. */
export interface EnforceTask {
  readonly subject: string;
  /** Nobody waits for the answer and retries: the enforcer records a failure itself. */
  readonly alone?: boolean;
}

/** What the halt switch's function is asked: to be where it should be, and by the schedule to be on everyone, too. */
export interface SwitchTask {
  readonly spread: boolean;
}

/** What the function for batch jobs is asked once a halt was read back. */
export interface StopJobsTask {
  readonly stopJobsOf: string;
}

/** Answer of the enforcer after its read-back. */
export interface Enforcement {
  readonly outcome: 'matched' | 'unenforceable';
  readonly step: EnforcedStep;
  /** Why no policy can stop it, where the outcome is `unenforceable`. */
  readonly reason?: string;
}

/** Error names that the machines match in Retry and Catch. */
export const errorNames = {
  /** Another session of the same role is being fenced: try again shortly. */
  fenceBusy: 'FenceBusyError',
  /** Another enforcer holds this principal's lease: try again shortly. */
  leaseHeld: 'LeaseHeldError',
  /** IAM did not (yet) show what was written. */
  notReadBack: 'NotReadBackError',
  /** The robot is stopped: nothing in IAM is touched. */
  paused: 'PausedError',
} as const;
