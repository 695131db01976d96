import type { Pause } from '../../../lambda/domain/control/state.ts';
import { formatUsdShort, parseUsd } from '../../../lambda/domain/money.ts';
import { textTable } from '../../command-line/text-table.ts';
import { otherModesText } from './other-modes.ts';
import type { Outlook } from './outlook.ts';
import { outlookText } from './outlook.ts';
import { orderSentence } from './subject-orders.ts';
import type { SubjectHold, SubjectStatus } from './subject-status.ts';
import { leftText, worksText } from './subject-status-text.ts';

const usd = (text: string) => formatUsdShort(parseUsd(text));
const when = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** One subject, in lines that answer: what may it, what has it spent, what is left, why, until when. */
export function subjectStatusText(standing: StatusAndOutlook): string {
  const { subject, access, team, protection, mode, holds, windows, trouble, lastChange } = standing;
  const { orders, contact, catchingUp } = standing;
  const asides = [
    team,
    protection,
    mode === 'shadow' ? 'shadow mode: decided and reported, not enforced' : undefined,
  ].filter((aside) => aside !== undefined);
  const table = textTable(
    ['window', 'spent', 'limit', 'left', 'calls', 'resets'],
    Object.entries(windows).map(([window, { spentUsd, limitUsd, leftUsd, requests, endsAt }]) => [
      window,
      usd(spentUsd),
      usd(limitUsd),
      usd(leftUsd),
      String(requests),
      when(endsAt),
    ]),
  );
  const because = holds.length === 0 ? ['Nothing holds it.'] : holds.map(holdText);
  const adding =
    catchingUp.length === 0
      ? []
      : [`New, and what was called before is still being added: ${catchingUp.join(', ')}.`];
  const lines = [
    ...leftText(standing),
    ...outlookText(standing),
    ...adding,
    ...because,
    ...orders.map(orderSentence),
    ...worksText(standing),
    ...(holds.length === 0 || contact === undefined ? [] : [`Whom to ask: ${contact}.`]),
    ...(trouble === undefined ? [] : [`IAM is not as it should be: ${trouble}`]),
    `Last change: ${lastChange.action} at ${when(lastChange.at)}. ${lastChange.reason}`,
  ];
  const head = `${subject} is ${access}${asides.length > 0 ? ` (${asides.join('; ')})` : ''}.`;
  return `${head}\n${table}${lines.join('\n')}\n`;
}

function holdText({ cause, level, window, since, until, reason }: SubjectHold): string {
  const ends = cause === 'manual' ? '' : ` (the end of ${window})`;
  const end = until === undefined ? 'until someone lifts it' : `until ${when(until)}${ends}`;
  return `${level} (${cause}) since ${when(since)}, ${end}. ${reason}`;
}

/** Everyone who is held, or everyone. */
export function overviewText(overview: Overview, { all }: { readonly all: boolean }): string {
  const { at, mode, otherModes, paused, counts, account, subjects } = overview;
  const tally = Object.entries(counts)
    .sort()
    .map(([access, count]) => `${count} ${access}`);
  const month = Object.entries(account?.windows ?? {}).map(
    ([window, { spentUsd, limitUsd }]) => `${window} ${usd(spentUsd)} of ${usd(limitUsd)}`,
  );
  const head = [
    `${when(at)}, mode ${mode}.${otherModesText(mode, otherModes)} Principals: ${tally.join(', ') || 'none seen yet'}.`,
    ...(paused === undefined
      ? []
      : [`PAUSED since ${when(paused.since)} by ${paused.by}: nothing is enforced. ${paused.reason}`]),
    ...(month.length > 0 ? [`Account: ${month.join(', ')}.`] : []),
  ].join('\n');
  if (subjects.length === 0) return `${head}\nNobody is held.\n`;
  const rows = subjects.map(({ subject, access, causes, windows, holds, trouble }) => [
    subject,
    access,
    causes.join(', '),
    Object.entries(windows)
      .map(([window, { spentUsd, limitUsd }]) => `${window} ${usd(spentUsd)} of ${usd(limitUsd)}`)
      .join('\n'),
    holds.map(({ since }) => when(since)).join('\n'),
    holds.map(({ until }) => (until === undefined ? 'lifted' : when(until))).join('\n'),
    trouble ?? '',
  ]);
  const more = all ? '' : 'Everyone else is active: `status --all` shows them too.\n';
  return `${head}\n${textTable(['subject', 'access', 'causes', 'spent', 'since', 'until', 'trouble'], rows)}${more}`;
}

/** Everyone at once. */
export interface Overview {
  readonly at: string;
  readonly mode: 'enforce' | 'shadow';
  /** Teams that the settings give another mode than the stage's. */
  readonly otherModes: readonly string[];
  readonly paused: Pause | undefined;
  /** By access, how many principals. */
  readonly counts: Readonly<Record<string, number>>;
  readonly account: SubjectStatus | undefined;
  readonly subjects: readonly SubjectStatus[];
}
/** One subject, with how long its budget lasts. */
export interface StatusAndOutlook extends SubjectStatus, Outlook {
  /** Windows that are new to the budget and do not count yet all that was called since they began. */
  readonly catchingUp: readonly string[];
}
