import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { sumBalances } from '../../../lambda/adapters/dynamodb/balance-items.ts';
import { versioned } from '../../../lambda/adapters/dynamodb/stored-version.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { windowBounds } from '../../../lambda/domain/windows.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';

export interface LedgerVerification {
  readonly requests: number;
  readonly balances: number;
  /** Balances of windows whose ledger items have aged out: nothing to compare with. */
  readonly aged: number;
  /** One sentence each. */
  readonly findings: readonly string[];
}

/** What a balance holds; usage from a source that is not trusted is counted apart, and decides nothing. */
const figures = {
  spent: 'priced spend',
  ceiling: 'spend at a ceiling price',
  held: 'part of the ceilings that waits for its grace',
  untrusted: 'spend told by untrusted sources',
  requests: 'number of requests',
} as const;
type Figure = keyof typeof figures;
type Sum = Record<Figure, bigint>;
type Sums = Map<string, Sum>;

const nothing: Readonly<Sum> = { spent: 0n, ceiling: 0n, held: 0n, untrusted: 0n, requests: 0n };

const whole = (value: unknown) => BigInt((value as number | bigint | undefined) ?? 0);
const dayMs = 86_400_000;

/**
 * `ledger verify`: every balance is the sum of the requests that were stamped with its window. Posting goes on meanwhile:
 * a sum must lie between the balance before and the one after. Exit status 1 on a difference.
 */
export async function verifyLedger(deployment: Deployment): Promise<Answer<LedgerVerification>> {
  const before = await readBalances(deployment);
  const { sums, requests } = await sumLedger(deployment);
  const after = await readBalances(deployment);
  const names = [...new Set([...sums.keys(), ...after.keys()])].sort();
  const aged = names.filter((name) => agedOut(name, deployment));
  const findings = names
    .filter((name) => !aged.includes(name))
    .flatMap((name) => difference(name, before.get(name), sums.get(name), after.get(name)));
  const json = { requests, balances: names.length - aged.length, aged: aged.length, findings };
  const old = aged.length === 0 ? '' : ` ${aged.length} balances are older than the ledger keeps its items.`;
  const head =
    findings.length === 0
      ? `${json.balances} balances are the sums of ${requests} requests, to the nano-dollar.`
      : `${findings.join('\n')}\n${findings.length} of ${json.balances} balances differ.`;
  return { text: `${head}${old}\n`, json, exitCode: findings.length > 0 ? 1 : 0 };
}

async function readBalances({ client, tables }: Deployment): Promise<Sums> {
  const sums: Sums = new Map();
  const pages = paginateScan(
    { client },
    {
      TableName: tables.budgets,
      ConsistentRead: true,
      FilterExpression: 'begins_with(sk, :balance)',
      ExpressionAttributeValues: { ':balance': 'BAL#' },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const sum = sumOf(sums, `${item['pk']} ${String(item['sk']).split('#')[1]}`);
      for (const figure of Object.keys(figures) as Figure[]) sum[figure] += whole(item[figure]);
      for (const amount of Object.values(sumBalances([item]).held ?? {})) sum.held += amount;
    }
  }
  return sums;
}

function sumOf(sums: Sums, name: string): Sum {
  const sum = sums.get(name) ?? { ...nothing };
  sums.set(name, sum);
  return sum;
}

/** Adds up the ledger by its own stamps, never by today's configuration. */
async function sumLedger({ client, tables }: Deployment): Promise<{ sums: Sums; requests: number }> {
  const sums: Sums = new Map();
  let requests = 0;
  const pages = paginateScan(
    { client },
    {
      TableName: tables.ledger,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(windows)',
      ExpressionAttributeNames: { '#role': 'role', '#floor': 'floor' },
      ProjectionExpression: 'pk, v, principal, #role, team, windows, cost, #floor, quality, trusted',
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      requests++;
      versioned('ledger item', item);
      const windows = item['windows'] as Partial<Record<'principal' | 'role' | 'team' | 'account', string[]>>;
      const own = (windows.principal ?? []).map((window) => `${item['principal']} ${window}`);
      const covered = [
        ...own,
        ...(windows.role ?? []).map((window) => `${item['role']} ${window}`),
        ...(windows.team ?? []).map((window) => `${item['team']} ${window}`),
        ...(windows.account ?? []).map((window) => `${accountSubject} ${window}`),
      ];
      const trusted = item['trusted'] !== false;
      const figure = !trusted ? 'untrusted' : item['quality'] === 'ceiling' ? 'ceiling' : 'spent';
      for (const name of covered) {
        const sum = sumOf(sums, name);
        sum[figure] += whole(item['cost']);
        if (trusted) sum.requests++;
      }
      // What waits stands in the payer's own balances alone.
      if (item['floor'] !== undefined)
        for (const name of own) sumOf(sums, name).held += whole(item['cost']) - whole(item['floor']);
    }
  }
  return { sums, requests };
}

function difference(name: string, before = nothing, sum = nothing, after = nothing): string[] {
  const off = (Object.keys(figures) as Figure[]).filter((figure) => {
    // A repricing may take something off a balance.
    const low = before[figure] < after[figure] ? before[figure] : after[figure];
    const high = before[figure] < after[figure] ? after[figure] : before[figure];
    return sum[figure] < low || sum[figure] > high;
  });
  return off.map((figure) => {
    const said = (value: bigint) => (figure === 'requests' ? `${value}` : `${formatUsd(value)} USD`);
    return `${name}: the balance's ${figures[figure]} is ${said(after[figure])}, the ledger's items add up to ${said(sum[figure])}.`;
  });
}

/** Items go `ledgerDays` after their call, so a window that began before then is not whole any more. */
function agedOut(name: string, { settings, clock }: Deployment): boolean {
  const window = name.slice(name.lastIndexOf(' ') + 1);
  const oldest = clock().getTime() - settings.ledgerDays * dayMs;
  return windowBounds(window, settings.timeZone).startsAt.getTime() < oldest;
}
