import { replay } from '../../scripts/budgeteer/replay/replay.ts';
import { replayResult } from '../../scripts/budgeteer/replay/replay-result.ts';
import { checked, runConfigSchema } from '../../scripts/command-line/read-config.ts';
import { readLogs } from '../../scripts/run/logs.ts';
import type { MeterAnswer } from './suite/judge.ts';
import { nobody } from './suite/payer.ts';

/**
 * How this product answers a case: what `budgeteer replay FILES --json` says of it, in the suite's words. The settings are the
 * usual ones, except that guardrails are charged, because AWS bills them, and that the case's profiles are configured.
 */
export async function answerByReplay(
  paths: readonly string[],
  profiles: Readonly<Record<string, string>>,
): Promise<MeterAnswer> {
  const settings = checked(runConfigSchema, { countGuardrails: true, profiles }, 'The settings');
  const { lines } = readLogs(paths);
  const account = lines.map(({ text }) => /"accountId"\s*:\s*"(\d{12})"/.exec(text)?.[1]).find(Boolean) ?? '';
  const { spend, ingest } = replayResult(await replay(lines, settings), settings);
  const payers: Record<string, string> = {};
  const payersOf = Object.groupBy(spend, ({ principal }) => arnOf(principal, account));
  for (const [payer, rows = []] of Object.entries(payersOf))
    payers[payer] = sum(rows.map((row) => row.spentUsd));
  return { payers, setAside: ingest.quarantined };
}

/** `user/ann` of the log's own account, `444455556666:role/App` of another one. */
function arnOf(principal: string, home: string): string {
  if (principal === nobody) return nobody;
  const [, account = home, name = ''] = /^(?:(\d{12}):)?(.+)$/.exec(principal) ?? [];
  const session = /^role\/([^/]+\/[^/]+)$/.exec(name)?.[1];
  if (session !== undefined) return `arn:aws:sts::${account}:assumed-role/${session}`;
  const federated = /^federated\/(.+)$/.exec(name)?.[1];
  if (federated !== undefined) return `arn:aws:sts::${account}:federated-user/${federated}`;
  return `arn:aws:iam::${account}:${name}`;
}

/** Amounts of nine decimals. */
function sum(amounts: readonly string[]): string {
  const nanos = amounts.reduce((total, amount) => total + BigInt(amount.replace('.', '')), 0n);
  return `${nanos}e-9`;
}
