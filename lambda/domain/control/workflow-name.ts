import type { Cause } from './cause.ts';

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
