/** Inputs and outputs of the state machines and of the Lambda tasks in them. */

/** Why a principal is held. Each cause is its own hold: whoever adds one removes only that one. */
export const causes = ['own', 'team', 'account', 'velocity', 'manual'] as const;
export type Cause = (typeof causes)[number];

/** Input of both the suspension and the restoration machine. */
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
}

/** Answer of `confirm-suspension` and `confirm-release`; the machines branch on it. */
export interface Confirmation {
  readonly confirmed: boolean;
  /** Seconds to wait before the deny; 0 means now. */
  readonly graceSeconds: number;
  readonly spentUsd: string;
  readonly limitUsd: string;
}

/** What IAM should say about a principal: no policy of ours, the economy policy, or the halt policy. */
export type EnforcedStep = 'none' | 'economy' | 'halt';

/** Input of the enforcer, from a machine or from an asynchronous invocation. */
export interface EnforceTask {
  readonly subject: string;
  /** Nobody waits for the answer and tries again: the enforcer records a failure itself. */
  readonly alone?: boolean;
}

/** Answer of the enforcer after its read-back. */
export interface Enforcement {
  readonly outcome: 'matched' | 'unenforceable';
  readonly step: EnforcedStep;
  /** Why nothing can bite, where the outcome is `unenforceable`. */
  readonly reason?: string;
}

/** Error names that the machines match in Retry and Catch. */
export const errorNames = {
  /** Another enforcer holds this principal's lease: try again shortly. */
  leaseHeld: 'LeaseHeldError',
  /** IAM did not (yet) show what was written. */
  notReadBack: 'NotReadBackError',
  /** The robot is stopped: nothing in IAM is touched. */
  paused: 'PausedError',
} as const;
