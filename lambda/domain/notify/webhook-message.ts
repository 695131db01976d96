import { assertNever } from '../assert-never.ts';
import type { Severity } from '../control/rung.ts';
import type { Scope } from '../control/subject.ts';
import type { Webhook, WebhookJob } from './channels.ts';

const order: readonly Severity[] = ['info', 'warning', 'critical'];
/** Slack cuts a section at 3,000 characters. */
const longestSection = 2_900;
const marks: Readonly<Record<string, string>> = { critical: ':rotating_light:', warning: ':warning:' };

/** Whether this webhook gets an alert; a digest, which has no scope, goes to all whose minimum severity it reaches. */
export function wants(
  { minSeverity, scopes }: Pick<Webhook, 'minSeverity' | 'scopes'>,
  about: { readonly severity: Severity; readonly scope: Scope | undefined },
): boolean {
  const loud = order.indexOf(about.severity) >= order.indexOf(minSeverity);
  return loud && (about.scope === undefined || scopes.includes(about.scope));
}

/** The body that is posted. */
export function webhookBody(format: Webhook['format'], { message }: WebhookJob): string {
  switch (format) {
    case 'json':
      return JSON.stringify(message.json);
    case 'slack':
      return JSON.stringify(slackMessage(message));
    default:
      return assertNever(format);
  }
}

function slackMessage({ subject, body, severity }: WebhookJob['message']) {
  const title = escapeMrkdwn(`${marks[severity] ?? ':information_source:'} ${subject}`);
  // Fixed width keeps the columns, and a code block turns no name into a link or a mention.
  const text = escapeMrkdwn(body.replaceAll('```', "'''")).slice(0, longestSection);
  return {
    text: title,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${title}*` } },
      { type: 'section', text: { type: 'mrkdwn', text: `\`\`\`${text}\`\`\`` } },
    ],
  };
}

/** Slack's three control characters: a name must not become `<!channel>`. */
const escapeMrkdwn = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
