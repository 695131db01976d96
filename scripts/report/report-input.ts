import type { Settings } from '../../lambda/domain/settings.ts';
import type { RunResult } from '../run/result.ts';
import type { HeldCalls, UsageFacts } from './usage-facts.ts';

/** All that a report is made of. */
export interface ReportInput {
  readonly result: RunResult;
  readonly usage: UsageFacts;
  readonly settings: Settings;
  /** Calls that IAM refused, where the run made them itself; a log has none of those. */
  readonly refused?: readonly HeldCalls[] | undefined;
}
