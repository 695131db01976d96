import type { Alert } from '../control/alert.ts';
import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { formatUsdShort } from '../money.ts';
import { windowIdAt } from '../windows.ts';
import type { Span } from './unproven.ts';

/** A flood of lies is no flood of messages: so many lines are pointed at. */
const pointed = 10;

/**
 * One alert for each payer whose claims of a span fell, however many they were: what they cost, and where their lines stand.
 * @param taken entries as they were claimed
 */
export function takenBack(
  taken: readonly LedgerEntry[],
  span: Span,
  { timeZone }: { readonly timeZone: string },
  now: Date,
): Alert[] {
  return [...Map.groupBy(taken, ({ principal }) => principal)].map(([subject, claims]) => {
    const id = `evidence#${span}`;
    const spent = claims.reduce((sum, { charge }) => sum + charge.cost, 0n);
    const [first] = claims;
    return {
      ...{ subject, id, kind: 'notice', notice: 'evidence', severity: 'critical', publish: true },
      ...{ together: [id], enforcing: true, spent, limit: 0n, at: now.toISOString(), team: first?.team },
      window: windowIdAt('month', new Date(first?.timestamp ?? now), timeZone),
      detail:
        `${claims.length === 1 ? 'A line' : `${claims.length} lines`} of the log group told of calls for ${formatUsdShort(spent)} ` +
        'that Bedrock did not write and AWS did not count: it was taken back. Somebody else writes into the log group. ' +
        `${claims.length > pointed ? 'The first events' : 'Events'}: ${claims.slice(0, pointed).map(pointer).join(', ')}.`,
    };
  });
}

const pointer = ({ pointer: event, requestId }: LedgerEntry): string =>
  `${event ?? 'unknown'} (request ${requestId})`;
