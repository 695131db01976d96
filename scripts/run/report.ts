import { formatUsdShort, parseUsd } from '../../lambda/domain/money.ts';
import { table } from '../command-line/text-table.ts';
import { eventsOf } from './events.ts';
import type { BudgetResult, RunResult } from './result.ts';

/** A run's result for people: who spent what, what was decided, what became of each line. Plain text, no colours. */
export function report(result: RunResult): string {
  const sections = [
    section('What each budget came to', budgetTable(result)),
    section('Who spent what on which model', spendTable(result)),
    section('What was decided', eventsOf(result).join('\n') || 'Nothing: no budget reached a threshold.'),
    ...(result.invocations.length > 0 ? [section('What would be let through', invocationTable(result))] : []),
    [ingestSentence(result), ...assumedSentence(result), ...guardrailSentence(result)].join('\n'),
    ...usageSentence(result),
  ];
  return `${sections.join('\n\n')}\n`;
}

export const section = (title: string, body: string): string => `${title}\n${body}`;

export function spendTable({ spend }: RunResult): string {
  const rows = spend.map(({ principal, model, requests, spentUsd, atCeiling }) => [
    principal,
    model,
    requests,
    short(spentUsd),
    atCeiling > 0 ? `${atCeiling} at a ceiling price` : '',
  ]);
  return table(['principal', 'model', 'requests', 'spent', ''], rows, [2, 3]);
}

/** One row a budget and window with usage; the current window for whoever has used nothing. */
export function budgetTable(result: RunResult): string {
  const rows = [
    ...Object.entries(result.principals).flatMap(([name, principal]) =>
      windowRows(name, principal, [principal.access, ...principal.causes].join(', ')),
    ),
    ...Object.entries(result.roles).flatMap(([name, role]) =>
      windowRows(name, role, ['all sessions', role.access, ...role.causes].join(', ')),
    ),
    ...Object.entries(result.teams).flatMap(([name, team]) =>
      windowRows(name, team, team.exhausted ? 'used up' : ''),
    ),
    ...windowRows('account', result.account, ''),
  ];
  return table(['budget', 'window', 'spent', 'limit', 'share', 'requests', 'access'], rows, [2, 3, 4, 5]);
}

function windowRows(name: string, { windows }: BudgetResult, access: string): (string | number)[][] {
  const used = Object.entries(windows).filter(([, { requests }]) => requests > 0);
  return (used.length > 0 ? used : Object.entries(windows)).map(
    ([window, { spentUsd, limitUsd, requests }]) => [
      name,
      window,
      short(spentUsd),
      limitUsd === null ? 'none' : short(limitUsd),
      limitUsd === null ? '' : shareOf(spentUsd, limitUsd),
      requests,
      access,
    ],
  );
}

export function invocationTable({ invocations }: RunResult): string {
  const rows = invocations.map(({ at, identityArn, modelId, decision, because }) => [
    minute(at),
    identityArn.replace(/^arn:[^:]+:\w+::\d{12}:/, ''),
    modelId,
    decision,
    // The whole sentence, with the ARN, is in the result.
    because.replace(/ on arn:\S+\.$/, '.'),
  ]);
  return table(['when', 'caller', 'model', 'answer', 'because'], rows, []);
}

export function ingestSentence({ ingest }: RunResult): string {
  const { posted, unpriced, duplicates, quarantined, ignored } = ingest;
  const skipped = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  const total = posted + unpriced + duplicates + quarantined + skipped;
  return (
    `${total} lines came in: ${posted} posted, ${unpriced} posted at a ceiling price, ${duplicates} duplicates, ` +
    `${skipped} without usage (${ignored.throttled} throttled, ${ignored.failed} failed, ` +
    `${ignored.notice + ignored.control} notices, ${ignored.sidecar} side-car objects), ${quarantined} quarantined.`
  );
}

/** None where every price is what the log and the book say. */
export function assumedSentence({ ingest: { assumed } }: RunResult): string[] {
  const { count, worstCaseUsd } = assumed;
  if (count === 0) return [];
  return [
    `The price of ${count} posted calls rests on an assumption, because the log does not tell all that it hangs on: ` +
      `at worst they cost ${short(worstCaseUsd)} more.`,
  ];
}

/** None where no trace tells of a guardrail. */
function guardrailSentence({ ingest: { guardrails } }: RunResult): string[] {
  const { calls, usd, counted } = guardrails;
  if (calls === 0) return [];
  const where = counted ? 'in what was spent' : 'beside what was spent (countGuardrails charges it)';
  return [`Guardrails assessed ${calls} posted calls for ${short(usd)}, ${where}.`];
}

/** None where nothing was reported. */
function usageSentence({ usage: { posted, duplicates, refused } }: RunResult): string[] {
  const total = posted + duplicates + refused;
  if (total === 0) return [];
  return [`${total} usage events came in: ${posted} posted, ${duplicates} duplicates, ${refused} refused.`];
}

export const short = (usd: string): string => formatUsdShort(parseUsd(usd));

/** `2026-11-12 02:14`, UTC. */
export const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

function shareOf(spent: string, limit: string): string {
  const [part, whole] = [parseUsd(spent), parseUsd(limit)];
  return whole > 0n ? `${Number((part * 1000n) / whole) / 10} %` : '';
}
