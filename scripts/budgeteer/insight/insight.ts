import * as z from 'zod';
import {
  type KnownHistory,
  measureOutlook,
  type OutlookError,
} from '../../../lambda/domain/forecast/measure-outlook.ts';
import {
  claimedCoverage,
  type UsageOutlook,
  usageOutlook,
  usagePatterns,
} from '../../../lambda/domain/forecast/usage-pattern.ts';
import { InputError } from '../../command-line/input-error.ts';
import { checked, readConfig, readJson } from '../../command-line/read-config.ts';
import { textTable } from '../../command-line/text-table.ts';
import { readLogs } from '../../run/logs.ts';
import { replay } from '../replay/replay.ts';
import { spendByDay } from './spend-by-day.ts';

const days = z.array(z.number().nonnegative());
const historiesSchema = z
  .array(z.object({ pattern: z.enum(usagePatterns).optional(), days, next7: days.length(7) }))
  .min(1);

export interface InsightOptions {
  readonly measure?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/**
 * `budgeteer insight LOGS…`: how everybody's days go and what the next seven come to, in USD. With `measure`, a file of
 * histories whose continuation is known, how far such projections were off there.
 * @throws InputError where there is nothing to read, or a file is none of histories
 */
export async function insight(logs: readonly string[], options: InsightOptions): Promise<string> {
  const { measure, config, json } = options;
  if (logs.length === 0 && measure === undefined)
    throw new InputError(
      'There is nothing to look at: name log files, or a file of histories with --measure.',
    );
  const measured = measure === undefined ? undefined : measuredOf(measure);
  const subjects = logs.length === 0 ? undefined : await outlooksOf(logs, config);
  if (json === true)
    return `${JSON.stringify({ claimedCoverage, ...(measured && { measured }), ...(subjects && { subjects }) }, undefined, 2)}\n`;
  return `${subjects === undefined ? '' : outlookText(subjects)}${measured === undefined ? '' : errorText(measured)}`;
}

type Measured = Readonly<Record<string, OutlookError>>;

/** Of all histories first, then of those of each pattern. */
function measuredOf(file: string): Measured {
  const histories: readonly KnownHistory[] = checked(historiesSchema, readJson(file), file);
  const groups = [
    ['all', histories] as const,
    ...usagePatterns.map((name) => [name, histories.filter(({ pattern }) => pattern === name)] as const),
  ];
  const measured = groups.flatMap(([name, group]) => {
    const error = measureOutlook(group);
    return error === undefined ? [] : [[name, error]];
  });
  if (measured.length === 0)
    throw new InputError(`${file} has no history of at least 14 days with spend after it: give longer ones.`);
  return Object.fromEntries(measured);
}

type Subjects = readonly ({ readonly subject: string } & UsageOutlook)[];

/** Whoever has enough days, the biggest projection first. */
async function outlooksOf(logs: readonly string[], config: string | undefined): Promise<Subjects> {
  const { ledger } = await replay(readLogs(logs).lines, readConfig(config));
  return [...spendByDay(ledger.entries.values())]
    .flatMap(([subject, spent]) => {
      const outlook = usageOutlook(spent);
      return outlook === undefined ? [] : [{ subject, ...outlook }];
    })
    .sort((a, b) => b.next7 - a.next7);
}

function outlookText(subjects: Subjects): string {
  if (subjects.length === 0) return 'Nobody has 14 whole days yet: there is no pattern to name.\n';
  const rows = subjects.map(({ subject, pattern, basis, next7, low, high }) => [
    subject,
    pattern,
    `${basis.days} days, ×${basis.growth.toFixed(2)} over them, weekdays differ ×${basis.weekdays.toFixed(1)}, ${basis.spikes.length} spikes`,
    usd(next7),
    `${usd(low)} to ${usd(high)}`,
  ]);
  return textTable(
    ['who', 'pattern', 'rests on', 'next 7 days', `${percent(claimedCoverage)} of weeks`],
    rows,
  );
}

function errorText(measured: Measured): string {
  const rows = Object.entries(measured).map(([name, { histories, error, coverage, named }]) => [
    name,
    String(histories),
    percent(error),
    `${percent(coverage)} (claims ${percent(claimedCoverage)})`,
    named === undefined ? '-' : percent(named),
  ]);
  return textTable(
    ['pattern', 'histories', 'mean error of 7 days', 'within the interval', 'named right'],
    rows,
  );
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
