import type { Invocation } from '../metering/invocation.ts';
import { bedrockStream } from './pointer.ts';

/** A clock may be so far ahead of ours, and no further. */
export const mostAheadMs = 5 * 60_000;

export interface PossibleLines {
  /** The accounts that the stage meters; undefined where any is taken, as of files. */
  readonly accounts: readonly string[] | undefined;
  readonly now: Date;
  /** What the ledger keeps no longer is not counted again, days. */
  readonly ledgerDays: number;
  /** Why no model could have made such a call; undefined where one could. @default any could */
  readonly whyImpossible?: ((invocation: Invocation) => string | undefined) | undefined;
}

const arn = /^arn:aws(-[a-z-]+)?:(iam|sts)::\d{12}:[\x21-\x7e]+$/;
const dayMs = 86_400_000;

/**
 * Why a claim cannot be Bedrock's, in a sentence without a word of its own; undefined where it can. Only claims are asked:
 * what Bedrock wrote is true, however strange. A missing identity is none that is malformed: it stays `unknown`.
 * @param source where the line stands: `logs://group/stream#eventId`, or of an object
 */
export function whyNotBedrocks(
  invocation: Invocation,
  source: string,
  { accounts, now, ledgerDays, whyImpossible }: PossibleLines,
): string | undefined {
  if (source.startsWith('logs://') && !source.includes(`/${bedrockStream}#`))
    return "The line is in another log stream than Bedrock's own: somebody else wrote it.";
  if (accounts !== undefined && !accounts.includes(invocation.account))
    return 'The record names another account than the stage meters.';
  const at = Date.parse(invocation.timestamp);
  if (at > now.getTime() + mostAheadMs) return 'The call lies more than five minutes in the future.';
  if (at < now.getTime() - ledgerDays * dayMs) return 'The call is older than the ledger keeps calls.';
  if (invocation.identityArn !== undefined && !arn.test(invocation.identityArn))
    return 'The identity of the record is no ARN that AWS writes.';
  const impossible = whyImpossible?.(invocation);
  return impossible === undefined ? undefined : `No model could have made the call: ${impossible}.`;
}
