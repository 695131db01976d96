import { stringify } from 'csv-stringify/sync';
import { spendingItems } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import { formatUsd, formatUsdShort } from '../../../lambda/domain/money.ts';
import { windowIdAt } from '../../../lambda/domain/windows.ts';
import { didYouMean } from '../../../lib/shared/did-you-mean.ts';
import { InputError } from '../../command-line/input-error.ts';
import { checkPace, type Period, type PeriodOptions } from '../../command-line/period.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { concerns, type Payers } from './concerns.ts';
import { type FreeTierLeft, freeTiersLeft, freeTiersText, type MeterUser } from './free-tiers.ts';
import { thisMonth } from './ledger-period.ts';

export interface CostOptions extends PeriodOptions {
  /** Comma-separated: what the sums are by. */
  readonly by: string;
  readonly csv: boolean;
  readonly unitsPerSecond: number;
}

export interface CostReport {
  readonly from: string;
  readonly to: string;
  readonly by: readonly string[];
  readonly totalUsd: string;
  /** The most expensive first. */
  readonly rows: readonly {
    /** Of each thing the sums are by, in their order; empty where an item has none. */
    readonly of: readonly string[];
    readonly requests: number;
    readonly spentUsd: string;
    /** How much of it stands at a ceiling, since its price is not known. */
    readonly ceilingUsd: string;
  }[];
  /** Of whoever used a meter with free units in the period: what is left of them in the month that runs now. */
  readonly freeTiers: readonly FreeTierLeft[];
}

/** A ledger item, as far as a report looks at one. */
interface Spending extends Payers {
  readonly timestamp: string;
  /** Of a usage event: `SOURCE/METER`. */
  readonly model: string;
  readonly region: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly cost: bigint;
  readonly isCeiling: boolean;
  /** Of a usage event. */
  readonly used: MeterUser | undefined;
}

type Dimension = (spending: Spending, timeZone: string) => string | undefined;
const dimensions: Readonly<Record<string, Dimension>> = {
  principal: ({ principal }) => principal,
  role: ({ role }) => role,
  team: ({ team }) => team,
  model: ({ model }) => model,
  region: ({ region }) => region,
  day: ({ timestamp }, timeZone) => windowIdAt('day', new Date(timestamp), timeZone).replace('day:', ''),
  month: ({ timestamp }, timeZone) =>
    windowIdAt('month', new Date(timestamp), timeZone).replace('month:', ''),
};
const labelPrefix = 'label:';

/**
 * `cost [SUBJECT]`: what was spent in a period, by whom or for what, from the ledger: the figures of a chargeback. Usage
 * events of trusted sources count, those of others do not. Reads the whole ledger, paced. @throws InputError
 */
export async function costReport(
  text: string | undefined,
  options: CostOptions,
  deployment: Deployment,
): Promise<Answer<CostReport>> {
  checkPace(options.unitsPerSecond);
  const { client, tables, settings, sleep } = deployment;
  const by = options.by.split(',').map((name) => name.trim());
  const read = by.map((name) => dimensionOf(name));
  const subject = text === undefined ? undefined : readSubject(text, settings);
  const period = thisMonth(options, deployment);
  const sums = new Sums();
  const users = new Map<string, MeterUser>();
  const search = { table: tables.ledger, ...period, unitsPerSecond: options.unitsPerSecond };
  for await (const items of spendingItems(client, search, sleep)) {
    for (const spending of items.map(spendingOf)) {
      if (subject !== undefined && !concerns(subject, spending)) continue;
      if (spending.used !== undefined) users.set(JSON.stringify(spending.used), spending.used);
      sums.add(
        read.map((dimension) => dimension(spending, settings.timeZone) ?? ''),
        spending,
      );
    }
  }
  checkLabels(by, period, sums.labels);
  const freeTiers = await freeTiersLeft(users.values(), deployment);
  const json: CostReport = { ...period, by, ...sums.report(), freeTiers };
  return { text: options.csv ? csvOf(json) : textOf(json), json, exitCode: 0 };
}

function dimensionOf(name: string): Dimension {
  const known = dimensions[name];
  if (known !== undefined) return known;
  const label = name.startsWith(labelPrefix) ? name.slice(labelPrefix.length) : '';
  if (label !== '') return ({ labels }) => labels[label];
  throw new InputError(
    `--by was given "${name}", but it takes ${Object.keys(dimensions).join(', ')} and label:KEY, separated by commas.`,
  );
}

function spendingOf(item: Readonly<Record<string, unknown>>): Spending {
  const { source, meter, model, labels, cost, quality, account, principal } = item;
  return {
    ...(item as unknown as Payers & Pick<Spending, 'timestamp' | 'region'>),
    model: String(model ?? `${source}/${meter}`),
    labels: (labels as Spending['labels'] | undefined) ?? {},
    cost: BigInt(cost as number | bigint),
    isCeiling: quality === 'ceiling',
    used:
      model === undefined
        ? { source: `${source}`, meter: `${meter}`, account: `${account}`, principal: `${principal}` }
        : undefined,
  };
}

interface Sum {
  readonly of: readonly string[];
  readonly requests: number;
  readonly spent: bigint;
  readonly ceiling: bigint;
}

/** @throws InputError where nothing of the period has a label that was asked for */
function checkLabels(by: readonly string[], { from, to }: Period, seen: ReadonlySet<string>): void {
  for (const name of by.filter((each) => each.startsWith(labelPrefix))) {
    const label = name.slice(labelPrefix.length);
    if (seen.has(label) || seen.size === 0) continue;
    throw new InputError(
      `No call from ${from} to ${to} has the label "${label}": there are ${[...seen].sort().join(', ')}.${didYouMean(label, [...seen])}`,
    );
  }
}

class Sums {
  readonly #sums = new Map<string, Sum>();
  /** Keys of all labels that were seen. */
  readonly labels = new Set<string>();

  add(of: readonly string[], { cost, isCeiling, labels }: Spending): void {
    for (const label of Object.keys(labels)) this.labels.add(label);
    const key = JSON.stringify(of);
    const { requests, spent, ceiling } = this.#sums.get(key) ?? { requests: 0, spent: 0n, ceiling: 0n };
    this.#sums.set(key, {
      of,
      requests: requests + 1,
      spent: spent + cost,
      ceiling: ceiling + (isCeiling ? cost : 0n),
    });
  }

  report(): Pick<CostReport, 'totalUsd' | 'rows'> {
    const all = [...this.#sums.values()];
    const sorted = all.toSorted((a, b) =>
      a.spent === b.spent ? a.of.join().localeCompare(b.of.join()) : a.spent < b.spent ? 1 : -1,
    );
    return {
      totalUsd: formatUsd(all.reduce((sum, { spent }) => sum + spent, 0n)),
      rows: sorted.map(({ of, requests, spent, ceiling }) => ({
        of,
        requests,
        spentUsd: formatUsd(spent),
        ceilingUsd: formatUsd(ceiling),
      })),
    };
  }
}

const heads = (by: readonly string[]) => [...by, 'requests', 'spent USD', 'at a ceiling USD'];
const cells = ({ of, requests, spentUsd, ceilingUsd }: CostReport['rows'][number]) => [
  ...of,
  String(requests),
  spentUsd,
  ceilingUsd,
];

/** Callers choose session names and labels: a spreadsheet must not take one for a formula. */
const csvOf = ({ by, rows }: CostReport): string =>
  stringify([heads(by), ...rows.map(cells)], { escape_formulas: true });

function textOf({ from, to, by, totalUsd, rows, freeTiers }: CostReport): string {
  if (rows.length === 0) return `Nothing was spent from ${from} to ${to}.\n`;
  const total = formatUsdShort(BigInt(totalUsd.replace('.', '')));
  return `${total} from ${from} to ${to}.\n${textTable(
    heads(by),
    rows.map((row) => cells(row).map((cell) => cell || '(none)')),
  )}${freeTiersText(freeTiers)}`;
}
