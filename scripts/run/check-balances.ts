import { formatUsd } from '../../lambda/domain/money.ts';
import type { PostedRequest, TableContents } from './read-tables.ts';

/** Sentences on balances that are not the sum of what was posted: none, unless metering is broken. */
export function checkBalances({ requests, usageEvents = [], balances }: TableContents): string[] {
  const kept = [...balances].flatMap(([subject, windows]) =>
    [...windows].map(([window, balance]) => ({ name: `${subject} ${window}`, ...balance })),
  );
  const counted = new Map(kept.map(({ name, spent, ceiling }) => [name, spent + ceiling]));
  const untrusted = new Map(kept.map((balance) => [balance.name, balance.untrusted ?? 0n]));
  return [
    ...differences([...requests, ...usageEvents.filter(({ trusted }) => trusted)], counted),
    ...differences(
      usageEvents.filter(({ trusted }) => !trusted),
      untrusted,
    ),
  ];
}

function differences(requests: readonly PostedRequest[], balances: ReadonlyMap<string, bigint>): string[] {
  const sums = new Map<string, bigint>();
  for (const { principal, role, team, cost, windows } of requests) {
    const covered = [
      ...windows.principal.map((window) => `${principal} ${window}`),
      ...(role === undefined ? [] : (windows.role ?? []).map((window) => `${role} ${window}`)),
      ...(team === undefined ? [] : windows.team.map((window) => `${team} ${window}`)),
      ...windows.account.map((window) => `account ${window}`),
    ];
    for (const balance of covered) sums.set(balance, (sums.get(balance) ?? 0n) + cost);
  }
  return [...new Set([...sums.keys(), ...balances.keys()])].sort().flatMap((name) => {
    const [posted, balance] = [sums.get(name) ?? 0n, balances.get(name) ?? 0n];
    return posted === balance
      ? []
      : [
          `The balance of ${name} is ${formatUsd(balance)} USD, but its requests cost ${formatUsd(posted)} USD.`,
        ];
  });
}
