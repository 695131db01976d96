import { earliest } from '../earliest.ts';
import type { Alert } from './alert.ts';
import type { Decision } from './decide.ts';

/** A decision with the notices that go with it. */
export interface AlertingDecision extends Decision {
  readonly notices: readonly Alert[];
}

/** What one alerter adds to a decision. */
export interface Addition {
  readonly notices?: readonly Alert[];
  readonly actions?: Decision['actions'];
  readonly patch?: NonNullable<Decision['patch']>;
  /** The word of the audit entry, should nothing before have given one. */
  readonly action?: string | undefined;
  readonly reason?: string | undefined;
  readonly cause?: Decision['cause'];
  readonly window?: string | undefined;
  readonly dueAt?: Date | undefined;
}

/**
 * Adds to a decision. Notices and actions are appended, and the patch is merged. What the audit entry says already
 * stands: a decision's own action, reason, cause and window take precedence, then those of the earlier alerter.
 */
export function addNotices(decision: AlertingDecision, added: Addition): AlertingDecision {
  const { notices = [], actions = [], patch, action } = added;
  return {
    ...decision,
    notices: [...decision.notices, ...notices],
    actions: [...decision.actions, ...actions],
    patch: { ...decision.patch, ...patch },
    action: firstAction(decision.action, action),
    reason: decision.reason ?? added.reason,
    cause: decision.cause ?? added.cause,
    window: decision.window ?? added.window,
    dueAt: earliest(decision.dueAt, added.dueAt),
  };
}

/** The word for an evaluation that has changed nothing gives way to any other; every other word stands. */
export function firstAction(before: string, added: string | undefined): string {
  return before === 'evaluate' && added !== undefined ? added : before;
}
