import type { WorkflowInput } from './workflow-name.ts';

/** The steps of the holds function, one per task state. */
export const workflowSteps = [
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
export type WorkflowStep = (typeof workflowSteps)[number];
/** What every task state of the two machines sends to the holds function. */
export interface HoldTask {
  readonly step: WorkflowStep;
  readonly input: WorkflowInput;
  /** `$$.Execution.Name` */
  readonly execution: string;
  /** Only for `record-failure`: what the Catch caught. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  /** Only for `report-halt` and `report-resume`. */
  readonly tally?: EveryoneTally;
}
/** What became of everyone during a halt or a resume. */
export interface EveryoneTally {
  /** Principals that were checked. */
  readonly seen: number;
  /** Principals for whom IAM had to be changed, and was read back. */
  readonly changed: number;
  /** Principals that no policy of ours can stop. */
  readonly unenforceable: number;
  /** Principals that could not be enforced; the sweep goes on with them. */
  readonly failed: number;
}
/** Error names that the machines match in Retry and Catch. */
export const errorNames = {
  /** Another session of the same role is being fenced: try again shortly. */
  fenceBusy: 'FenceBusyError',
  /** Another enforcer holds this principal's lease: try again shortly. */
  leaseHeld: 'LeaseHeldError',
  /** IAM did not (yet) show what was written. */
  notReadBack: 'NotReadBackError',
  /** enforcement is paused: nothing in IAM is touched. */
  paused: 'PausedError',
} as const;
