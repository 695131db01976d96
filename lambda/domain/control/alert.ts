import { formatUsdShort, type NanoUsd } from '../money.ts';
import { boundText, type OvershootBound } from '../pace/overshoot-bound.ts';
import type { AlertDecision } from './decide.ts';
import type { Severity } from './rung.ts';

/** What is reported beside crossed thresholds, mostly by workflows. */
export type Notice =
  | 'grace'
  | 'suspended'
  | 'restored'
  | 'enforcement-failed'
  | 'unenforceable'
  | 'unpriced'
  | 'halted'
  | 'resumed'
  | 'override-applied'
  | 'override-refused'
  | 'override-expired'
  | 'approval-needed'
  | 'leak'
  | 'drift'
  | 'early-stop'
  | 'velocity'
  | 'single-request'
  | 'evidence'
  | 'forecast';

/** What a crossed threshold can do beside notifying, the hardest first. */
const consequences = ['halt', 'suspend', 'restrict', 'no-premium'] as const;
export type Consequence = (typeof consequences)[number];

/** One crossed threshold of one window, or one notice. Kept for good; published at most as one message per group. */
export interface Alert {
  readonly subject: string;
  readonly window: string;
  /** The threshold as configured, or the notice with the counter that tells one from the next. */
  readonly id: string;
  readonly kind: 'threshold' | 'notice';
  readonly notice?: Notice | undefined;
  readonly severity: Severity;
  /** Whether this one carries the message; lower rungs of the same jump are named in it. */
  readonly publish: boolean;
  /** Thresholds that this message reports, lowest first. */
  readonly together: readonly string[];
  readonly spent: NanoUsd;
  readonly limit: NanoUsd;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** False in shadow mode and for exempt principals: the message says that nothing was done. */
  readonly enforcing: boolean;
  /** What the crossed rungs do, beside notifying. */
  readonly consequence?: Consequence | undefined;
  readonly detail?: string | undefined;
  /** Of a principal: the team that its tag names, known when it is sent; a configured team takes precedence. */
  readonly team?: string | undefined;
  /** Of a principal: where its own warnings go, by its tag; known when it is sent. */
  readonly contact?: string | undefined;
  /** For the person it is about, and not for the admins, who hear of it otherwise. */
  readonly audience?: 'person' | undefined;
  /** Of a suspension that does not end with its window: its end, ISO 8601 UTC, or `lifted` where only a person ends it. */
  readonly heldUntil?: string | undefined;
  /** Where it leads to a suspension: what may still be spent before the deny takes effect, in a sentence. */
  readonly overshoot?: string | undefined;
  /** When the limit will be reached at the present pace; ISO 8601 UTC. */
  readonly runOut?: string | undefined;
}

/** Without a burn rate no calls are in progress. */
function overshootOf(bound: OvershootBound | undefined): string | undefined {
  if (bound === undefined || bound.total === 0n) return undefined;
  return `up to ${formatUsdShort(bound.total)} more before a deny bites (${boundText(bound)})`;
}

/** One alert per newly crossed threshold; the highest that notifies carries the message for all. */
export function thresholdAlerts(
  subject: string,
  { windowStatus, thresholds }: AlertDecision,
  at: string,
  enforcing: boolean,
  bound?: OvershootBound | undefined,
): Alert[] {
  const carrier = thresholds.findLast((rung) => rung.actions.includes('notify'));
  const consequence = consequences.find((step) => thresholds.some((rung) => rung.actions.includes(step)));
  return thresholds.map((rung) => ({
    subject,
    window: windowStatus.window,
    id: rung.threshold,
    kind: 'threshold',
    severity: rung.severity,
    publish: rung === carrier,
    together: rung === carrier ? thresholds.map(({ threshold }) => threshold) : [rung.threshold],
    spent: windowStatus.spent,
    limit: windowStatus.limit,
    at,
    enforcing,
    consequence,
    overshoot: enforcing && consequence === 'suspend' ? overshootOf(bound) : undefined,
  }));
}
