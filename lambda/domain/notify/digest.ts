import type { Alert } from '../control/alert.ts';
import type { Severity } from '../control/rung.ts';
import { formatUsd } from '../money.ts';
import { alertName, type CommandTarget, commandLine } from './commands.ts';
import { asciiText, spentOf } from './figures.ts';
import { headline } from './headline.ts';

/** Which of the two topics a message takes. */
export type Topic = 'alerts' | 'critical';

export const topicOf = ({ severity }: Pick<Alert, 'severity'>): Topic =>
  severity === 'critical' ? 'critical' : 'alerts';

/** Partition of a topic's digests in the table of alerts; no subject is named so. */
export const digestPartition = (topic: Topic) => `digest#${topic}`;

/** Alerts that were too many for one message each. They stay in the table, each with the digest that contains it. */
export interface Digest {
  readonly topic: Topic;
  /** Tells one digest from the next. */
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly count: number;
  /** How many of each kind: a threshold as configured, or a notice. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Those with the highest severity and amount. */
  readonly top: readonly DigestLine[];
}

export interface DigestLine {
  readonly alert: string;
  readonly severity: Severity;
  readonly text: string;
  readonly spentUsd: string;
}

const topCount = 10;
const longestSubject = 100;
const longestSms = 140;
const loudness: readonly Severity[] = ['info', 'warning', 'critical'];

/** The highest severity first, among equals the highest amount. */
export function byWeight(a: Alert, b: Alert): number {
  const louder = loudness.indexOf(b.severity) - loudness.indexOf(a.severity);
  if (louder !== 0) return louder;
  return a.spent > b.spent ? -1 : a.spent < b.spent ? 1 : 0;
}

/** @param alerts at least one */
export function foldAlerts(alerts: readonly Alert[], topic: Topic, id: string, at: string): Digest {
  const kinds: Record<string, number> = {};
  for (const alert of alerts) {
    const kind = alert.kind === 'threshold' ? alert.id : (alert.notice ?? alert.id);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const top = [...alerts]
    .sort(byWeight)
    .slice(0, topCount)
    .map((alert) => ({
      alert: alertName(alert),
      severity: alert.severity,
      text: `${headline(alert)}: ${spentOf(alert)}`,
      spentUsd: formatUsd(alert.spent),
    }));
  return { topic, id, at, count: alerts.length, kinds, top };
}

/** A digest as an e-mail reads it, as an SMS and for machines. */
export function renderDigest({ topic, id, at, count, kinds, top }: Digest, target: CommandTarget) {
  const severity = topic === 'critical' ? 'critical' : (top[0]?.severity ?? 'info');
  const counted = Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, number]) => `${number} x ${kind}`)
    .join(', ');
  const head = `${count} more alerts at once`;
  const lines = [
    `${head}: too many to be sent one by one.`,
    '',
    `What: ${counted}`,
    `When: ${at}`,
    '',
    `The most severe and most expensive of them:`,
    ...top.map(({ severity: loud, text }) => `  ${loud.padEnd(8)} ${text}`),
    '',
    'Next: none is lost, and each was acted on as usual. Many at once mostly have one cause: a new price, a lowered',
    'default budget, a job that runs as many users.',
    '',
    'To see them all:',
    `  ${commandLine('alerts list', target)}`,
  ];
  return {
    subject: asciiText(`Bedrock budgets: ${head} (${severity})`, longestSubject),
    body: lines.join('\n'),
    critical: topic === 'critical',
    attributes: {
      severity,
      subject: 'many',
      window: 'none',
      kind: 'digest',
      threshold: 'none',
      scope: 'none',
      team: 'none',
      principal: 'none',
    },
    forms: {
      sms: asciiText(`Bedrock ${severity}: ${head}: ${counted}`, longestSms),
      json: { version: 1, type: 'digest', id, severity, count, kinds, top, at, headline: head },
    },
  };
}
