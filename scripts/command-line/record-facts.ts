/** What a plan has to know of a line to put it into time and place: nothing else is read, and a bad line tells nothing. */
export interface RecordFacts {
  readonly at?: Date;
  readonly account?: string;
  readonly region?: string;
}

/** What lies further ahead is no call that anyone logged. */
const nextYear = () => new Date(Date.now() + 366 * 86_400_000);
/** No call was made before Bedrock was there. */
const bedrockBegan = new Date('2023-04-01T00:00:00Z');

export function recordFacts(line: string): RecordFacts {
  const record = objectOf(line);
  const told = typeof record['timestamp'] === 'string' ? new Date(record['timestamp']) : undefined;
  // A clock that followed any other one would tick through decades.
  const at = told !== undefined && told >= bedrockBegan && told <= nextYear() ? told : undefined;
  const { accountId, region } = record;
  return {
    ...(at !== undefined && { at }),
    ...(typeof accountId === 'string' && /^\d{12}$/.test(accountId) && { account: accountId }),
    ...(typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && { region }),
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
