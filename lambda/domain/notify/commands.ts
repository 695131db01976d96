import { assertNever } from '../assert-never.ts';
import type { Alert } from '../control/alert.ts';
import { rungAmount } from '../control/rung.ts';
import { type NanoUsd, parseUsd } from '../money.ts';
import { calendarWindow, windowKindOf } from '../windows.ts';

/** A line to copy into a terminal, and what it is for. */
export interface Suggestion {
  readonly purpose: string;
  readonly command: string;
}

/** The deployment that a command is for: whoever reads of it may have many. */
export interface CommandTarget {
  readonly stage: string;
  readonly region: string;
  /** Undefined where it is not known. */
  readonly account?: string | undefined;
}

const nanosPerDollar = 1_000_000_000n;
const hundredPercent = 100n * nanosPerDollar;
const reason = '--reason "…"';

/**
 * A call of the command as it is installed (`npm pack` makes the package).
 * @param words what it should do
 * @param target undefined where nothing is deployed, as in a replay
 * @param rest what a person completes, or where the output goes
 */
export function commandLine(words: string, target: CommandTarget | undefined, rest?: string): string {
  const which = target && `--stage ${target.stage} --region ${target.region}`;
  return ['budgeteer', words, which, rest].filter((part) => part !== undefined).join(' ');
}

/** How an alert is named on a command line. */
export const alertName = ({ subject, window, id }: Pick<Alert, 'subject' | 'window' | 'id'>): string =>
  `${subject}#${window}#${id}`;

/**
 * What an admin may want to run, the likeliest first. Amounts and dates are proposals: half the limit, or half of it
 * beyond what was spent, until the window ends.
 * @param endsAt end of the alert's window, ISO 8601 UTC
 * @param target the deployment that alerts
 */
export function suggestions(alert: Alert, endsAt: string, target: CommandTarget | undefined): Suggestion[] {
  const subject = shellWord(alert.subject);
  const run: Run = (words, rest) => commandLine(words, target, rest);
  const show = { purpose: 'show', command: run(`status ${subject}`) };
  const acknowledge = {
    purpose: 'acknowledge',
    command: run(`alerts ack ${shellWord(alertName(alert))}`, reason),
  };
  const act = action(alert, { subject, endsAt, run });
  return act === undefined ? [show, acknowledge] : [act, show, acknowledge];
}

type Run = (words: string, rest?: string) => string;

interface Words {
  /** As one word of a shell. */
  readonly subject: string;
  /** ISO 8601 UTC. */
  readonly endsAt: string;
  readonly run: Run;
}

function action(alert: Alert, words: Words): Suggestion | undefined {
  const { subject, run } = words;
  const extend = raise(alert, words);
  const { notice } = alert;
  if (alert.kind === 'threshold' || notice === undefined) return extend;
  switch (notice) {
    case 'grace':
    case 'suspended':
    case 'override-expired':
    case 'early-stop':
    case 'forecast':
      return extend;
    case 'halted':
      return { purpose: 'end the halt', command: run('override resume account', reason) };
    case 'unpriced':
      return { purpose: 'correct what was charged', command: run('prices reprice --dry-run') };
    case 'leak':
    case 'drift':
    case 'unenforceable':
      return { purpose: 'see what is in force', command: run('doctor') };
    case 'enforcement-failed':
    case 'override-applied':
    case 'override-refused':
    case 'velocity':
    case 'single-request':
    case 'evidence':
      return { purpose: 'read how it came to this', command: run(`history ${subject}`) };
    case 'approval-needed':
      return {
        purpose: 'agree, as another person than who asked',
        command: run(`approve ${shellWord(alert.id.split('#')[1] ?? '')}`, reason),
      };
    case 'restored':
    case 'resumed':
      return undefined;
    default:
      return assertNever(notice);
  }
}

function raise(alert: Alert, { subject, endsAt, run }: Words): Suggestion {
  const { window } = alert;
  // An order raises whole windows; a limit of some models is changed where it stands.
  if (calendarWindow(window) !== window) {
    return {
      purpose: 'raise the limit of these models in the file, then "budget plan" and "budget apply"',
      command: run('budget export', '> budgets.yaml'),
    };
  }
  const kind = windowKindOf(window);
  // A month is what is meant where nothing is said.
  const which = kind === 'month' ? '' : ` --window ${kind}`;
  return {
    purpose: 'raise the limit until the window ends',
    command: run(
      `override extend ${subject} --amount ${raiseFor(alert)}${which} --expires ${endsAt}`,
      reason,
    ),
  };
}

/**
 * Whole dollars that make an alert's cause go away: half the limit beyond what was spent. Rungs move with what is added: one
 * of a share by that share, one of an amount by all of it.
 */
function raiseFor(alert: Alert): string {
  const half = alert.limit / 2n;
  const needed = neededBy(alert);
  const dollars = ((needed < half ? half : needed + half) + nanosPerDollar - 1n) / nanosPerDollar;
  return String(dollars > 0n ? dollars : 1n);
}

/** What has to be added at least, in nano-USD. */
function neededBy({ id, kind, notice, spent, limit }: Alert): NanoUsd {
  if (kind === 'threshold') {
    return id.endsWith('%')
      ? (spent * hundredPercent) / parseUsd(id.slice(0, -1)) - limit
      : spent - rungAmount(id, limit);
  }
  // Whoever is suspended below the limit is so by a rung that is not known here: none is above what was spent.
  return notice === 'suspended' && spent < limit ? spent : spent - limit;
}

/** As one word of a POSIX shell. Names come from IAM and from tags: nothing in them may become a command. */
export function shellWord(text: string): string {
  return /^[\w+=,.@%/:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
