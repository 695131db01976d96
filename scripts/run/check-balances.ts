import { formatUsd } from '../../lambda/domain/money.ts';
import type { TableContents } from './read-tables.ts';

/** Sentences on balances that are not the sum of the posted requests: none, unless metering is broken. */
export function checkBalances({ requests, balances }: TableContents): string[] {
  const sums = new Map<string, bigint>();
  for (const { principal, team, cost, windows } of requests) {
    const covered = [
      ...windows.principal.map((window) => `${principal} ${window}`),
      ...(team === undefined ? [] : windows.team.map((window) => `${team} ${window}`)),
      ...windows.account.map((window) => `account ${window}`),
    ];
    for (const balance of covered) sums.set(balance, (sums.get(balance) ?? 0n) + cost);
  }
  const kept = new Map(
    [...balances].flatMap(([subject, windows]) =>
      [...windows].map(
        ([window, { spent, ceiling }]) => [`${subject} ${window}`, spent + ceiling] as [string, bigint],
      ),
    ),
  );
  return [...new Set([...sums.keys(), ...kept.keys()])].sort().flatMap((name) => {
    const [posted, balance] = [sums.get(name) ?? 0n, kept.get(name) ?? 0n];
    return posted === balance
      ? []
      : [
          `The balance of ${name} is ${formatUsd(balance)} USD, but its requests cost ${formatUsd(posted)} USD.`,
        ];
  });
}
