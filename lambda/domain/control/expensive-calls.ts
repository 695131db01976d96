import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { formatUsdShort, parseUsd } from '../money.ts';
import type { Settings } from '../settings.ts';
import { windowIdAt } from '../windows.ts';
import type { Alert } from './alert.ts';
import { notice } from './notice.ts';

/**
 * One alert for each single call that reaches the amount that the stage sets. Named by its request, so that it is
 * sent once, also after redeliveries. A ceiling counts: it is what the call may have cost.
 * @param posted entries that were posted now, or by an earlier attempt at the same delivery
 */
export function expensiveCalls(
  posted: readonly LedgerEntry[],
  { singleRequestUsd, timeZone }: Pick<Settings, 'singleRequestUsd' | 'timeZone'>,
  now: Date,
): Alert[] {
  if (singleRequestUsd === undefined) return [];
  const limit = parseUsd(singleRequestUsd);
  return posted
    .filter(({ charge }) => charge.cost >= limit)
    .map(({ principal, requestId, timestamp, team, charge }) => {
      const id = `single-request#${requestId}`;
      const price =
        charge.quality === 'ceiling' ? 'at most, because its price is not known' : 'by the price book';
      return notice('single-request', {
        ...{ subject: principal, id, severity: 'warning', team, together: [id], now },
        ...{ enforcing: false, limit, spent: charge.cost },
        window: windowIdAt('month', new Date(timestamp), timeZone),
        detail: `Request ${requestId} of ${timestamp} to ${charge.model} cost ${formatUsdShort(charge.cost)}, ${price}.`,
      });
    });
}
