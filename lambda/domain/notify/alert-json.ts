import type { Alert } from '../control/alert.ts';
import { scopeIn, teamOf } from '../control/subject.ts';
import { formatUsd } from '../money.ts';
import type { Settings } from '../settings.ts';
import { subjectOf } from '../subject.ts';
import { windowBounds } from '../windows.ts';
import { alertName, suggestions } from './commands.ts';
import { type AlertBackground, percentOf } from './figures.ts';
import { headline } from './headline.ts';
import { nextStep } from './next-step.ts';
import { runbookLink } from './runbook.ts';
import { personName } from './words.ts';

/** The settings that an alert's text uses; without teams and shared roles it has fewer details. */
export type AlertSettings = Pick<Settings, 'timeZone'> &
  Partial<Pick<Settings, 'teams' | 'sharedRoles' | 'runbookUrl'>>;

/** Goes up when a field changes its meaning or goes away; further fields may come at any time. */
const version = 1;

/** An alert for machines: amounts as decimal strings in USD, times in ISO 8601 UTC. */
export function alertJson(
  alert: Alert,
  settings: AlertSettings,
  { models = [], target }: AlertBackground = {},
): Record<string, unknown> {
  const endsAt = windowBounds(alert.window, settings.timeZone).endsAt.toISOString();
  return {
    version,
    type: 'alert',
    id: alertName(alert),
    kind: alert.notice ?? 'threshold',
    severity: alert.severity,
    scope: scopeIn(alert.subject, settings),
    subject: alert.subject,
    team: teamOfAlert(alert, settings) ?? null,
    window: alert.window,
    windowEndsAt: endsAt,
    threshold: alert.kind === 'threshold' ? alert.id : null,
    thresholds: alert.kind === 'threshold' ? alert.together : [],
    spentUsd: formatUsd(alert.spent),
    limitUsd: formatUsd(alert.limit),
    percent: percentOf(alert),
    latestModels: models.map(({ model, spent }) => ({ model, spentUsd: formatUsd(spent) })),
    runOutAt: alert.runOut ?? null,
    overshoot: alert.overshoot ?? null,
    at: alert.at,
    enforcing: alert.enforcing,
    consequence: alert.consequence ?? null,
    headline: headline(alert),
    detail: alert.detail ?? null,
    next: nextStep(alert),
    person: personName(alert.subject),
    stage: target?.stage ?? null,
    account: target?.account ?? null,
    region: target?.region ?? null,
    runbook: runbookLink(alert, settings.runbookUrl),
    commands: suggestions(alert, endsAt, target).map(({ command }) => command),
  };
}

/** The team that filter policies may ask for: the pool itself, or the principal's. */
export function teamOfAlert(
  { subject, team }: Pick<Alert, 'subject' | 'team'>,
  { teams }: Partial<Pick<Settings, 'teams'>>,
): string | undefined {
  if (subjectOf(subject).scope === 'team') return subject;
  return teams === undefined || subjectOf(subject).scope === 'account'
    ? team
    : teamOf(subject, { teams }, team);
}
