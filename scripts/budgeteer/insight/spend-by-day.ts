import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';

const dayMs = 86_400_000;
const nanoPerUsd = 1e9;

/**
 * USD by UTC day of each person, shared role, team and the account: gapless, from the subject's first day with spend to
 * the day before the last one of all entries, which may be under way.
 */
export function spendByDay(
  entries: Iterable<Pick<LedgerEntry, 'principal' | 'role' | 'team' | 'timestamp' | 'charge'>>,
): ReadonlyMap<string, readonly number[]> {
  const spent = new Map<string, Map<number, number>>();
  let last = 0;
  for (const { principal, role, team, timestamp, charge } of entries) {
    const day = Math.floor(Date.parse(timestamp) / dayMs);
    last = Math.max(last, day);
    for (const subject of [principal, role, team, accountSubject]) {
      if (subject === undefined) continue;
      const days = spent.get(subject) ?? new Map<number, number>();
      spent.set(subject, days.set(day, (days.get(day) ?? 0) + Number(charge.cost) / nanoPerUsd));
    }
  }
  return new Map(
    [...spent].map(([subject, days]) => {
      const first = Math.min(...days.keys());
      return [subject, Array.from({ length: last - first }, (_, index) => days.get(first + index) ?? 0)];
    }),
  );
}
