import { settingsFields } from '../../../lambda/contracts/settings.ts';
import { formatUsd, formatUsdShort, type NanoUsd, parseUsd } from '../../../lambda/domain/money.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import { calendarWindow, windowKindOf } from '../../../lambda/domain/windows.ts';
import { checked, readJson, runConfigSchema } from '../../command-line/read-config.ts';
import { textTable } from '../../command-line/text-table.ts';
import { isStopping, levelsOf } from '../../report/levels.ts';
import { readLogs } from '../../run/logs.ts';
import type { RunResult } from '../../run/result.ts';
import { type Replayed, replay } from './replay.ts';
import { replayResult } from './replay-result.ts';

/** What one file of budgets would have led to. Whoever was suspended was usually warned and restricted before. */
export interface BudgetOutcome {
  /** Principal ids, in the order in which it happened to them first. */
  readonly suspended: readonly string[];
  readonly restricted: readonly string[];
  readonly warned: readonly string[];
  /** What calls cost that came while their payer was suspended or halted: decimal USD. */
  readonly refusedUsd: string;
  /** What principals spent above their limits and was not refused: decimal USD. */
  readonly overUsd: string;
}

/** When something happened to a principal first, ISO 8601 UTC. */
type Firsts = ReadonlyMap<string, string>;

/**
 * `budgeteer what-if LOGS… --budgets FILE…`: the same logs under each file, side by side.
 * @throws InputError where something cannot be read, or a file holds neither budgets nor settings
 */
export async function whatIf(
  logs: readonly string[],
  { budgets: files, json }: { readonly budgets: readonly string[]; readonly json?: boolean },
): Promise<string> {
  const all = files.map((file) => ({ file, settings: readBudgets(file) }));
  const { lines } = readLogs(logs);
  const outcomes: {
    readonly file: string;
    readonly firsts: readonly Firsts[];
    readonly outcome: BudgetOutcome;
  }[] = [];
  for (const { file, settings } of all) {
    const replayed = await replay(lines, settings);
    outcomes.push({ file, ...outcomeOf(replayed, replayResult(replayed, settings)) });
  }
  if (json === true)
    return `${JSON.stringify({ budgets: outcomes.map(({ outcome }) => outcome) }, undefined, 2)}\n`;
  const rows = outcomes.map(({ file, outcome: { refusedUsd, overUsd }, firsts }) => [
    file,
    ...firsts.map(
      (first) => [...first].map(([subject, at]) => `${subject} ${at.slice(0, 16)}`).join('\n') || '-',
    ),
    formatUsdShort(parseUsd(refusedUsd)),
    formatUsdShort(parseUsd(overUsd)),
  ]);
  return textTable(['budgets', 'suspended', 'restricted', 'warned', 'refused', 'over the limit'], rows);
}

/** A settings file, or a budget file (`subject: budget`), which stands for the settings that have these budgets. */
function readBudgets(file: string): Settings {
  const input = readJson(file);
  const isBudgetFile =
    typeof input === 'object' &&
    input !== null &&
    !Object.keys(input).some((key) => key in settingsFields.shape);
  if (!isBudgetFile) return checked(runConfigSchema, input, file);
  const { account, ...subjects } = input as Record<string, unknown>;
  const [teams = [], budgets = []] = [true, false].map((ofTeams) =>
    Object.entries(subjects).filter(([subject]) => (subjectOf(subject).scope === 'team') === ofTeams),
  );
  const pools = teams.map(([team, spec]) => [team, { members: [], ...(spec as object) }]);
  const settings = { budgets: Object.fromEntries(budgets), teams: Object.fromEntries(pools) };
  return checked(
    runConfigSchema,
    { ...settings, ...(account !== undefined && { accountBudget: account }) },
    file,
  );
}

function outcomeOf({ ledger }: Pick<Replayed, 'ledger'>, result: RunResult) {
  const held = levelsOf(result.audit);
  const principals = new Set(Object.keys(result.principals));
  const firstOf = (events: readonly { readonly subject: string; readonly at: string }[]): Firsts => {
    const latestFirst = events.toSorted((a, b) => (a.at < b.at ? 1 : -1));
    const firsts = new Map(latestFirst.map(({ subject, at }) => [subject, at]));
    return new Map(
      [...firsts].filter(([subject]) => principals.has(subject)).sort(([, a], [, b]) => (a < b ? -1 : 1)),
    );
  };
  const alerts = Object.entries(result.principals).flatMap(([subject, own]) =>
    own.alerts.map(({ at }) => ({ subject, at })),
  );
  const firsts = [
    firstOf(result.audit.filter(({ after }) => isStopping(after))),
    firstOf(result.audit.filter(({ after }) => after === 'restricted')),
    firstOf(alerts),
  ];
  let refused = 0n;
  const refusedIn = new Map<string, NanoUsd>();
  for (const { principal, role, timestamp, charge, windows } of ledger.entries.values()) {
    const stopped = [principal, role].some((name) => name !== undefined && held.isStopped(name, timestamp));
    if (!stopped) continue;
    refused += charge.cost;
    for (const window of windows.principal) {
      const key = `${principal} ${window}`;
      refusedIn.set(key, (refusedIn.get(key) ?? 0n) + charge.cost);
    }
  }
  const [suspended = [], restricted = [], warned = []] = firsts.map((first) => [...first.keys()]);
  const over = Object.entries(result.principals).reduce(
    (sum, [subject, { windows }]) => sum + overOf(subject, windows, refusedIn),
    0n,
  );
  const outcome: BudgetOutcome = {
    suspended,
    restricted,
    warned,
    refusedUsd: formatUsd(refused),
    overUsd: formatUsd(over),
  };
  return { firsts, outcome };
}

/** A dollar above a day's limit may be above the month's, too: of the kinds of windows the one with the most counts. */
function overOf(
  subject: string,
  windows: RunResult['principals'][string]['windows'],
  refusedIn: ReadonlyMap<string, NanoUsd>,
): NanoUsd {
  const byKind = new Map<string, NanoUsd>();
  for (const [window, { spentUsd, limitUsd }] of Object.entries(windows)) {
    if (limitUsd === null || calendarWindow(window) !== window) continue;
    const over = parseUsd(spentUsd) - (refusedIn.get(`${subject} ${window}`) ?? 0n) - parseUsd(limitUsd);
    const kind = windowKindOf(window);
    if (over > 0n) byKind.set(kind, (byKind.get(kind) ?? 0n) + over);
  }
  return [...byKind.values()].reduce((most, over) => (over > most ? over : most), 0n);
}
