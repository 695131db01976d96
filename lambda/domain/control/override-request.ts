/** What operators may order, by the override machine. */
export const overrideActions = [
  'extend',
  'set-limit',
  'exempt',
  'restore',
  'suspend',
  'halt',
  'resume',
  'pause',
  'unpause',
] as const;
export type OverrideAction = (typeof overrideActions)[number];

/** What an operator orders, as it was read; `checkOverride` says whether it means something for its subject. */
export interface OverrideRequest {
  action: OverrideAction;
  subject: string;
  window: 'day' | 'week' | 'month';
  /** USD, a decimal string. */
  amountUsd?: string | undefined;
  /** ISO 8601 with an offset. */
  expiresAt?: string | undefined;
  reason: string;
  requestedBy: string;
}
