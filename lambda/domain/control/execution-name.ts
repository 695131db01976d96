import { createHash } from 'node:crypto';
import type { Cause } from './cause.ts';
import type { WorkflowName } from './workflow-name.ts';

/**
 * Name of the one execution that may act on a crossing: Step Functions refuses it a second time for 90 days. The counter
 * makes a later suspension in the same window another one, and the time does where a restored backup has an old counter. At most 80 characters of the set that Step Functions allows.
 */
export function executionName(crossing: {
  readonly workflow: WorkflowName;
  readonly subject: string;
  readonly window: string;
  readonly cause: Cause;
  readonly counter: number;
  /** When it was decided, ISO 8601 UTC. The name is stored with the decision: nobody works it out a second time. */
  readonly at: string;
}): string {
  const { workflow, subject, window, cause, counter, at } = crossing;
  const parts = [workflow, subject, window, cause, counter, at];
  const hash = createHash('sha256').update(JSON.stringify(parts));
  return `${workflow}-${window.replace(/[^\w-]/g, '-').slice(0, 30)}-${hash.digest('hex').slice(0, 32)}`;
}
