import { formatUsdShort, type NanoUsd } from '../money.ts';
import { earlyStop } from '../pace/early-stop.ts';
import { boundText } from '../pace/overshoot-bound.ts';
import type { PaceCheck } from '../pace/pace-check.ts';
import type { Budget } from './budget.ts';
import { asksToSuspend, type WindowStatus } from './crossings.ts';
import { rungAmount } from './rung.ts';
import type { SubjectState } from './state.ts';

/** A window that is stopped below the amount that would suspend, because what is under way will use up the rest. */
export interface StoppedEarly {
  readonly windowStatus: WindowStatus;
  /** What would suspend by itself: usually the limit. */
  readonly amount: NanoUsd;
  readonly margin: NanoUsd;
  /** One sentence with the figures. */
  readonly reason: string;
}

/**
 * The windows to stop early. Of whoever is held itself only: an estimate may stop the one it is about, and never a team
 * or everybody.
 */
export function stopsEarly(
  statuses: readonly WindowStatus[],
  { rungs }: Pick<Budget, 'rungs'>,
  { early = {} }: Pick<SubjectState, 'early'>,
  check: PaceCheck | undefined,
): StoppedEarly[] {
  if (check?.earlyStop === undefined) return [];
  const { bound, maxMarginPercent } = check.earlyStop;
  const suspending = rungs.filter(asksToSuspend);
  return statuses.flatMap((window) => {
    const amounts = suspending.map(({ threshold }) => rungAmount(threshold, window.limit, window.raised));
    const amount = amounts.reduce<NanoUsd | undefined>(
      (a, b) => (a !== undefined && a < b ? a : b),
      undefined,
    );
    // Pace is not known by model.
    if (window.pattern !== undefined || amount === undefined || window.spent >= amount) return [];
    const held = early[window.window];
    const heldMargin = held === undefined ? undefined : BigInt(held);
    const question = { spent: window.spent, limit: amount, bound: bound.total, heldMargin };
    const { stop, margin } = earlyStop(question, { maxMarginPercent });
    if (!stop) return [];
    const reason = [
      `Stopped early: ${formatUsdShort(window.spent)} of ${formatUsdShort(amount)} are spent in ${window.window},`,
      `and up to ${formatUsdShort(margin)} more may be spent before a deny bites`,
      `(${boundText(bound)}).`,
    ];
    return [{ windowStatus: window, amount, margin, reason: reason.join(' ') }];
  });
}

/**
 * Margins to remember from now on; undefined where the windows stay the same. A stop keeps the margin it began with.
 */
export function marginsAfter(
  stops: readonly StoppedEarly[],
  { early = {} }: Pick<SubjectState, 'early'>,
): { readonly early: SubjectState['early'] } | undefined {
  const entries = stops.map(({ windowStatus: { window }, margin }) => [
    window,
    early[window] ?? String(margin),
  ]);
  const same =
    entries.length === Object.keys(early).length && stops.every((stop) => stop.windowStatus.window in early);
  if (same) return undefined;
  return { early: entries.length === 0 ? undefined : Object.fromEntries(entries) };
}
