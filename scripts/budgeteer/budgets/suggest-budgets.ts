import { extent, quantile } from 'simple-statistics';
import { stringify } from 'yaml';
import { teamOf } from '../../../lambda/domain/control/subject.ts';
import { InputError } from '../../command-line/input-error.ts';
import { readConfig } from '../../command-line/read-config.ts';
import { readLogs } from '../../run/logs.ts';
import { replay } from '../replay/replay.ts';

const dayMs = 86_400_000;
const monthDays = 30;
/** Nine of ten of a team stay below its budget without the room. */
const share = 0.9;
/** A budget that is used up in an ordinary month stops ordinary work. */
const room = 1.25;

interface Suggestion {
  readonly settings: Readonly<Record<string, unknown>>;
  /** A sentence for each figure. */
  readonly reasons: readonly string[];
}

/**
 * `budget suggest LOGS…`: a settings file that fits what the logs show, by team, with its reasons.
 * @throws InputError where the logs cannot be read, or hold no call that cost anything
 */
export async function suggestBudgets(
  logs: readonly string[],
  { config, json }: { readonly config?: string; readonly json?: boolean },
): Promise<string> {
  const settings = readConfig(config);
  const { lines } = readLogs(logs);
  const { ledger } = await replay(lines, { ...settings, mode: 'shadow' });
  const spent = new Map<string, number>();
  const times: number[] = [];
  for (const { principal, charge, timestamp } of ledger.entries.values()) {
    spent.set(principal, (spent.get(principal) ?? 0) + Number(charge.cost) / 1e9);
    times.push(Date.parse(timestamp));
  }
  if (![...spent.values()].some((usd) => usd > 0)) {
    throw new InputError(`No call in ${logs.join(', ')} cost anything: give logs of more days.`);
  }
  const [first, last] = extent(times);
  const days = Math.max(1, Math.ceil((last - first) / dayMs));
  const monthly = [...spent].map(([principal, usd]) => ({ principal, usd: (usd / days) * monthDays }));
  const byTeam = Map.groupBy(monthly, ({ principal }) => teamOf(principal, settings));
  const { settings: suggested, reasons } = suggestionFor(byTeam, days);
  if (json === true) return `${JSON.stringify({ settings: suggested, reasons }, undefined, 2)}\n`;
  return `${reasons.map((reason) => `# ${reason}\n`).join('')}${stringify(suggested)}`;
}

type Spender = { readonly principal: string; readonly usd: number };

function suggestionFor(
  byTeam: ReadonlyMap<string | undefined, readonly Spender[]>,
  days: number,
): Suggestion {
  const reasons = [`The log covers ${days} days, so what was spent is taken times ${monthDays}/${days}.`];
  const teams: Record<string, { monthUsd: string }> = {};
  const budgets: Record<string, { monthUsd: string }> = {};
  let others: { monthUsd: string } | undefined;
  for (const [team, people] of byTeam) {
    const usual = quantile(
      people.map(({ usd }) => usd),
      share,
    );
    const budget = budgetOf(usual);
    if (team === undefined) others = budget;
    else teams[team] = budget;
    const whom = team === undefined ? 'Everyone without a team' : `Members of ${team}`;
    reasons.push(
      `${whom} (${people.length}): nine of ten spend up to ${usual.toFixed(2)} USD a month; with a quarter of room that is ${budget.monthUsd}.`,
    );
    for (const { principal, usd } of people.filter((person) => person.usd > Number(budget.monthUsd))) {
      budgets[principal] = budgetOf(usd);
      reasons.push(
        `${principal} spends ${usd.toFixed(2)} USD a month, more than that: a budget of its own, if it shall go on.`,
      );
    }
  }
  const all = [...byTeam.values()].flat().reduce((sum, { usd }) => sum + usd, 0);
  reasons.push(
    `Together they spend ${all.toFixed(2)} USD a month; the account has a quarter of room above it.`,
  );
  const settings = {
    ...(others !== undefined && { defaultBudget: others }),
    ...(Object.keys(teams).length > 0 && { defaults: { teams } }),
    ...(Object.keys(budgets).length > 0 && { budgets }),
    accountBudget: budgetOf(all),
  };
  return { settings, reasons };
}

/** Whole dollars, at least one: a figure with cents pretends to know better. */
const budgetOf = (usd: number) => ({ monthUsd: `${Math.max(1, Math.ceil(usd * room))}.00` });
