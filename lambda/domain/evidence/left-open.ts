import type { Alert } from '../control/alert.ts';
import { notice } from '../control/notice.ts';
import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { formatUsdShort } from '../money.ts';
import { accountSubject } from '../subject.ts';
import { windowIdAt } from '../windows.ts';
import type { WhyOpen } from './compare-span.ts';
import { partsOf, type Span } from './unproven.ts';

/** An hour whose claims are neither proven nor taken back. */
export interface OpenSpan {
  readonly why: WhyOpen;
  readonly stand: readonly LedgerEntry[];
  /** Whether Bedrock's objects hold any call of it. */
  readonly written: boolean;
}

/** What could not be read is told with the first look; objects that are late and new counters are given time. */
const toldAfterMs: Readonly<Record<WhyOpen, number>> = {
  'objects-unreadable': 0,
  'counters-unreadable': 3_600_000,
  behind: 2 * 3_600_000,
  silent: 2 * 3_600_000,
};

/** One notice about the account for each hour and reason; undefined while it may still settle by itself. */
export function leftOpen(
  span: Span,
  { why, stand, written }: OpenSpan,
  { timeZone }: { readonly timeZone: string },
  now: Date,
): Alert | undefined {
  const { region, startsAt, endsAt } = partsOf(span);
  if (now.getTime() < endsAt.getTime() + toldAfterMs[why]) return undefined;
  const spent = stand.reduce((sum, { charge }) => sum + charge.cost, 0n);
  const claims = `${stand.length === 1 ? 'A line' : `${stand.length} lines`} of the log group of ${region}, for ${formatUsdShort(spent)} in the hour from ${startsAt.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)} UTC`;
  return notice('evidence', {
    subject: accountSubject,
    id: `evidence#${span}#${why}`,
    severity: 'warning',
    enforcing: true,
    spent,
    limit: 0n,
    window: windowIdAt('month', startsAt, timeZone),
    now,
    detail: `${claims}, can be neither proven nor taken back: ${reason(why, written)}.`,
  });
}

function reason(why: WhyOpen, written: boolean): string {
  switch (why) {
    case 'objects-unreadable':
      return "Bedrock's objects could not be read to their end; a key, a permission or an object itself is damaged";
    case 'counters-unreadable':
      return "CloudWatch does not answer for AWS's own counters";
    case 'silent':
      return 'no counter of AWS tells of their model, and only an object of Bedrock could prove them';
    case 'behind':
      return written
        ? 'AWS counted calls that are in none of the objects that Bedrock wrote; they are late, or evidence was removed'
        : 'AWS counted calls, and Bedrock wrote no object at all; its delivery to S3 is broken, or evidence was removed';
  }
}
