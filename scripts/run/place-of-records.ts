import { recordFacts } from '../command-line/record-facts.ts';
import { defaultPlace } from './plan.ts';

/** The local account and region are those in the records; where there are none, those of the first checked call. */
export function placeOfRecords(
  lines: readonly string[],
  call?: { readonly identityArn: string; readonly region: string },
): { readonly account: string; readonly region: string } {
  let account: string | undefined;
  let region: string | undefined;
  for (const line of lines) {
    const facts = recordFacts(line);
    account ??= facts.account;
    region ??= facts.region;
    if (account !== undefined && region !== undefined) break;
  }
  return {
    account: account ?? /::(\d{12}):/.exec(call?.identityArn ?? '')?.[1] ?? defaultPlace.account,
    region: region ?? call?.region ?? defaultPlace.region,
  };
}
