import type { Access } from '../control/access.ts';
import { formatUsd, formatUsdShort, type NanoUsd } from '../money.ts';
import { type CommandTarget, commandLine } from '../notify/commands.ts';
import { asciiText, oneLine, spentOf } from '../notify/figures.ts';
import type { ReportKind, ReportPeriod } from './report-period.ts';

/** How one subject stands, and what it spent in the period. */
export interface ReportLine {
  readonly subject: string;
  readonly access: Access;
  /** nano-USD of the reported days, and of as many before them. */
  readonly spent: NanoUsd;
  readonly before: NanoUsd;
  /** Its longest window that is open now; undefined for who has no limit. */
  readonly windowStatus:
    | { readonly window: string; readonly spent: NanoUsd; readonly limit: NanoUsd }
    | undefined;
}

export interface ReportFacts {
  readonly kind: ReportKind;
  readonly period: ReportPeriod;
  readonly account: ReportLine;
  /** What the account will have spent by the end of its window, if it goes on like this. */
  readonly projected: NanoUsd | undefined;
  /** nano-USD of the account's open window that stand at a ceiling. */
  readonly ceiling: NanoUsd;
  readonly teams: readonly ReportLine[];
  readonly principals: readonly ReportLine[];
}

/** Longer lists are cut: the commands at the end show all. */
const told = 10;
const longestSubject = 100;
const longestSms = 140;

/** A report as an e-mail reads it, as an SMS and for machines. */
export function renderReport(facts: ReportFacts, target: CommandTarget) {
  const { kind, account } = facts;
  const [from = '', to = ''] = [dateOf(facts.period.days[0]), dateOf(facts.period.days.at(-1))];
  const when = kind === 'daily' ? `on ${from}` : `in the week to ${to}`;
  const spent = `${formatUsdShort(account.spent)} ${when}${changeOf(account)}`;
  const standing = account.windowStatus;
  const head = standing === undefined ? spent : `${spent}, ${percent(standing)} of ${standing.window} used`;
  const attributes = {
    severity: 'info',
    kind: 'report',
    scope: 'account',
    subject: 'account',
    window: 'none',
  };
  return {
    subject: asciiText(`Bedrock spend: ${head}`, longestSubject),
    body: bodyOf(facts, { when, from, to, target }).map(oneLine).join('\n'),
    critical: false,
    attributes: { ...attributes, threshold: 'none', team: 'none', principal: 'none' },
    forms: { sms: asciiText(`Bedrock: ${head}`, longestSms), json: jsonOf(facts, { from, to, head }) },
  };
}

function bodyOf(
  { account, projected, ceiling, teams, principals }: ReportFacts,
  {
    when,
    from,
    to,
    target,
  }: { readonly when: string; readonly from: string; readonly to: string; readonly target: CommandTarget },
): string[] {
  const spenders = mostExpensive(principals);
  const others = principals.filter(({ spent }) => spent > 0n).length - spenders.length;
  const held = principals.filter(({ access }) => access !== 'active');
  return [
    `Spent ${when} (UTC): ${formatUsdShort(account.spent)}; ${formatUsdShort(account.before)} in as long before${changeOf(account)}.`,
    ...(account.windowStatus === undefined
      ? []
      : [`${account.windowStatus.window}: ${spentOf(account.windowStatus)}${projection(projected)}.`]),
    ...(ceiling > 0n
      ? [
          `Beside this ${formatUsdShort(ceiling)} stand at a ceiling: the price of what was called is not known.`,
        ]
      : []),
    ...listed('Teams:', mostExpensive(teams).map(lineText)),
    ...listed('Who spent most:', [...spenders.map(lineText), ...(others > 0 ? [`and ${others} more`] : [])]),
    ...listed('Held now:', [
      ...held.slice(0, told).map(({ subject, access }) => `${subject} is ${access}`),
      ...(held.length > told ? [`and ${held.length - told} more`] : []),
    ]),
    '',
    'To see more:',
    `  ${commandLine(`cost --by team,model --from ${from} --to ${to}`, target)}`,
    `  ${commandLine('status --all', target)}`,
  ];
}

const listed = (head: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', head, ...lines.map((line) => `  ${line}`)];

/** Who spent in the period, the most first. */
const mostExpensive = (lines: readonly ReportLine[]): ReportLine[] =>
  lines
    .filter(({ spent }) => spent > 0n)
    .toSorted((a, b) => (a.spent < b.spent ? 1 : a.spent > b.spent ? -1 : a.subject < b.subject ? -1 : 1))
    .slice(0, told);

function lineText({ subject, access, spent, windowStatus }: ReportLine): string {
  const now = windowStatus === undefined ? '' : `; ${windowStatus.window} ${spentOf(windowStatus)}`;
  const state = access === 'active' ? '' : `; ${access}`;
  return `${subject}  ${formatUsdShort(spent)}${now}${state}`;
}

const projection = (projected: NanoUsd | undefined): string =>
  projected === undefined ? '' : `, ${formatUsdShort(projected)} by its end if it goes on like this`;

const percent = (standing: NonNullable<ReportLine['windowStatus']>): string =>
  standing.limit > 0n ? `${(standing.spent * 100n) / standing.limit} %` : '100 %';

/** ` (+23 %)`, against as long before; nothing where there was nothing. */
function changeOf({ spent, before }: Pick<ReportLine, 'spent' | 'before'>): string {
  if (before <= 0n) return '';
  const change = ((spent - before) * 100n) / before;
  return ` (${change > 0n ? '+' : ''}${change} %)`;
}

const dateOf = (day: Date | undefined): string => day?.toISOString().slice(0, 'yyyy-mm-dd'.length) ?? '';

function jsonOf(
  { kind, account, projected, ceiling, teams, principals }: ReportFacts,
  { from, to, head }: { readonly from: string; readonly to: string; readonly head: string },
): Readonly<Record<string, unknown>> {
  const line = ({ subject, access, spent, before, windowStatus }: ReportLine) => ({
    ...{ subject, access, spentUsd: formatUsd(spent), beforeUsd: formatUsd(before) },
    ...(windowStatus && {
      window: windowStatus.window,
      windowSpentUsd: formatUsd(windowStatus.spent),
      windowLimitUsd: formatUsd(windowStatus.limit),
    }),
  });
  return {
    ...{ version: 1, type: 'report', kind, from, to, headline: head },
    account: line(account),
    projectedUsd: projected === undefined ? null : formatUsd(projected),
    ceilingUsd: formatUsd(ceiling),
    teams: mostExpensive(teams).map(line),
    spenders: mostExpensive(principals).map(line),
    held: principals
      .filter(({ access }) => access !== 'active')
      .slice(0, told)
      .map(line),
  };
}
