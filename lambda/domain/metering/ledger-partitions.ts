/** What of the ledger is to be read: a payer's, or a source's of usage events, by UTC day. */
export interface PartitionRange {
  /** What stands before the day: account and name. */
  readonly prefixes: readonly string[];
  /** UTC days. */
  readonly days: readonly string[];
  /** Each name's day is spread over so many. */
  readonly slots: number;
}

/**
 * The partitions of each name and day, together, in an order that does not hang on who else is in the range: whoever knows
 * the last partition that was done can go on behind it, also when somebody came or left meanwhile.
 */
export function* partitionsFrom(
  { prefixes, days, slots }: PartitionRange,
  after?: string | undefined,
): Generator<readonly string[]> {
  const [seenPrefix = '', seenDay = ''] = splitKey(after);
  for (const prefix of [...new Set(prefixes)].sort()) {
    if (prefix < seenPrefix) continue;
    for (const day of [...days].sort()) {
      if (prefix === seenPrefix && day <= seenDay) continue;
      yield Array.from({ length: slots }, (_, slot) => `${prefix}#${day}#${slot}`);
    }
  }
}

/** Sources of usage events may have any name: the day and the slot are what stands last. */
function splitKey(key: string | undefined): string[] {
  return key === undefined ? [] : (/^(.*)#([^#]*)#[^#]*$/s.exec(key)?.slice(1) ?? []);
}
