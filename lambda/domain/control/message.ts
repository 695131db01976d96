import { type AlertSettings, alertJson, teamOfAlert } from '../notify/alert-json.ts';
import { type CommandTarget, suggestions } from '../notify/commands.ts';
import { type AlertBackground, asciiText, driversText, oneLine, spentOf } from '../notify/figures.ts';
import { headline } from '../notify/headline.ts';
import { nextStep } from '../notify/next-step.ts';
import { runbookLink } from '../notify/runbook.ts';
import { timeText, windowName } from '../notify/words.ts';
import { windowBounds } from '../windows.ts';
import type { Alert } from './alert.ts';
import { scopeIn } from './subject.ts';

/** SNS cuts nothing: a longer or non-ASCII subject is refused. */
const longestSubject = 100;
/** One SMS in the GSM alphabet, with room for what an operator's phone puts before it. */
const longestSms = 140;

/** An alert as an e-mail reads it, as an SMS and for machines, with the attributes that filter policies match. */
export function renderAlert(alert: Alert, settings: AlertSettings, background: AlertBackground = {}) {
  const head = headline(alert);
  const ends = windowBounds(alert.window, settings.timeZone).endsAt.toISOString();
  const drivers = driversText(background.models);
  const scope = scopeIn(alert.subject, settings);
  const { target } = background;
  const time = (iso: string) => timeText(iso, settings.timeZone);
  const lines = [
    `${head}.`,
    ...(target === undefined ? [] : [placeText(target)]),
    '',
    `Who:     ${alert.subject}`,
    `Spent:   ${spentOf(alert)}`,
    `Window:  ${windowName(alert.window)}, ends ${time(ends)}`,
    ...(alert.runOut === undefined
      ? []
      : [`Pace:    used up by ${time(alert.runOut)}, if it goes on like this`]),
    ...(alert.overshoot === undefined ? [] : [`Bound:   ${alert.overshoot}`]),
    ...(drivers === undefined ? [] : [`Lately:  ${drivers}`]),
    `When:    ${time(alert.at)}`,
    ...(alert.together.length > 1 ? [`Crossed: ${alert.together.join(', ')}`] : []),
    ...(alert.detail === undefined ? [] : [`Detail:  ${alert.detail}`]),
    '',
    `Next: ${nextStep(alert)}`,
    `Runbook: ${runbookLink(alert, settings.runbookUrl)}`,
    '',
    ...suggestions(alert, ends, target).flatMap(({ purpose, command }) => [`To ${purpose}:`, `  ${command}`]),
  ];
  return {
    subject: subjectText(`Bedrock budget: ${head}`, target),
    body: lines.map(oneLine).join('\n'),
    critical: alert.severity === 'critical',
    attributes: {
      severity: alert.severity,
      subject: alert.subject,
      window: alert.window,
      kind: alert.notice ?? 'threshold',
      threshold: alert.kind === 'threshold' ? alert.id : 'none',
      scope,
      team: teamOfAlert(alert, settings) ?? 'none',
      principal: scope === 'principal' || scope === 'role' ? alert.subject : 'none',
    },
    forms: {
      sms: asciiText(`Bedrock ${alert.severity}: ${head}, ${spentOf(alert)}`, longestSms),
      json: alertJson(alert, settings, background),
    },
  };
}

const placeText = ({ stage, account, region }: CommandTarget) =>
  [`Stage ${stage}`, ...(account === undefined ? [] : [`account ${account}`]), region].join(', ');

/** The stage stands behind what happened, where there is room. */
function subjectText(text: string, target: CommandTarget | undefined): string {
  const place = target === undefined ? '' : ` [${target.stage}]`;
  return `${asciiText(text, longestSubject - place.length)}${place}`;
}
