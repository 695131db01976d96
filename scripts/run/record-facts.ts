import { defaultPlace } from './plan.ts';

/** What a plan has to know of a line to put it into time and place: nothing else is read, and a bad line tells nothing. */
export interface RecordFacts {
  readonly at?: Date;
  readonly account?: string;
  readonly region?: string;
}

export function recordFacts(line: string): RecordFacts {
  const record = objectOf(line);
  const at = typeof record['timestamp'] === 'string' ? new Date(record['timestamp']) : undefined;
  const { accountId, region } = record;
  return {
    ...(at !== undefined && !Number.isNaN(at.getTime()) && { at }),
    ...(typeof accountId === 'string' && /^\d{12}$/.test(accountId) && { account: accountId }),
    ...(typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && { region }),
  };
}

/** The local account and region are those in the records; where there are none, those of the first checked call. */
export function placeOf(
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

function objectOf(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
