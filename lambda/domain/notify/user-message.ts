import type { Alert, Notice } from '../control/alert.ts';
import type { Settings } from '../settings.ts';
import { subjectOf } from '../subject.ts';
import { windowBounds } from '../windows.ts';
import { asciiText, spentOf } from './figures.ts';
import { recipientOf } from './recipient.ts';
import { timeText, windowName } from './words.ts';

const longestSubject = 100;
/** A tag's value is no longer. */
const longestRecipient = 256;
const modelsNamed = 5;

/** What of all that concerns a principal is for the person behind it; the rest is the admins' business. */
const forPeople: ReadonlySet<Notice> = new Set([
  'grace',
  'suspended',
  'restored',
  'override-applied',
  'override-expired',
]);

type UserSettings = Pick<Settings, 'timeZone' | 'userChannels' | 'helpContact'>;

/**
 * The message to a person about their own budget, in the second person; undefined where there is no message or no recipient.
 * @param economy models that restricted people may go on using
 */
export function renderUserMessage(alert: Alert, settings: UserSettings, economy: readonly string[]) {
  const { userChannels } = settings;
  if (userChannels === undefined || subjectOf(alert.subject).scope !== 'principal') return undefined;
  const slowed = alert.notice === 'velocity' && alert.consequence === 'restrict' && alert.enforcing;
  if (alert.notice !== undefined && !forPeople.has(alert.notice) && !slowed) return undefined;
  const { head, then, economyOnly } = wordsOf(alert);
  const ends = windowBounds(alert.window, settings.timeZone).endsAt.toISOString();
  const restored = alert.notice === 'restored';
  const lines = [
    `${head}.`,
    '',
    `Spent:   ${spentOf(alert)} in ${windowName(alert.window)}`,
    ...untilText(alert, ends, settings.timeZone),
    ...(alert.runOut === undefined || restored
      ? []
      : [`Pace:    used up by ${timeText(alert.runOut, settings.timeZone)}, if you go on like this`]),
    ...(alert.detail === undefined || restored ? [] : [`Why:     ${alert.detail}`]),
    '',
    then,
    ...(economyOnly ? [`Still allowed: ${modelsText(economy)}.`] : []),
    ...(restored ? [] : [helpText(settings.helpContact)]),
  ];
  return {
    subject: asciiText(`Your Amazon Bedrock budget: ${head}`, longestSubject),
    body: lines.join('\n'),
    critical: false,
    attributes: {
      principal: alert.subject,
      recipient: asciiText(
        recipientOf(alert.subject, userChannels, alert.contact) ?? 'none',
        longestRecipient,
      ),
      severity: alert.severity,
      kind: alert.notice ?? 'threshold',
    },
  };
}

/** What a person ordered outlives the window; who is free again waits for nothing. */
function untilText({ notice, window, heldUntil }: Alert, ends: string, zone: string): string[] {
  // A jump is over when it is over.
  if (notice === 'restored' || notice === 'velocity') return [];
  if (heldUntil === 'lifted') return ['Until:   someone ends it; a new window alone does not'];
  if (heldUntil !== undefined) return [`Until:   ${timeText(heldUntil, zone)}`];
  return [`Until:   ${timeText(ends, zone)}, when the next ${window.split(':')[0]} begins`];
}

interface Words {
  readonly head: string;
  readonly then: string;
  readonly economyOnly: boolean;
}

function wordsOf(alert: Alert): Words {
  switch (alert.notice) {
    case 'grace':
      return words(
        'you are over your limit and will be suspended soon',
        'Until then only economy models work.',
        true,
      );
    case 'suspended':
      return words('you are suspended', 'Amazon Bedrock refuses your calls; everything else in AWS works.');
    case 'velocity':
      return words(
        'you suddenly spend many times what is usual for you',
        'Only economy models work for you until that has calmed down.',
        true,
      );
    case 'restored':
      return words('you can use Amazon Bedrock again', 'There is nothing to do.');
    case 'override-applied':
      return words('an operator changed it', 'It is in force now.');
    case 'override-expired':
      return words('a change by an operator has ended', 'Your usual limit holds again.');
    default:
      return ofThreshold(alert);
  }
}

function ofThreshold({ id, enforcing, consequence }: Alert): Words {
  const head = `you have reached ${id}`;
  if (!enforcing) return words(head, 'This is for your information: nothing is blocked.');
  if (consequence === 'suspend') {
    return words(head, 'Your access to Amazon Bedrock is about to be suspended until the limit is raised.');
  }
  if (consequence === 'restrict') {
    return words(head, 'From now on only economy models work for you.', true);
  }
  if (consequence === 'no-premium') {
    return words(head, 'From now on the most expensive models do not work for you; the others do.');
  }
  return words(head, 'Everything works as before. Further messages follow as you come closer to the limit.');
}

const words = (head: string, then: string, economyOnly = false): Words => ({ head, then, economyOnly });

const helpText = (contact: string | undefined) =>
  contact === undefined
    ? 'If you need more, ask whoever runs Amazon Bedrock in your company.'
    : `If you need more, ask ${contact}.`;

function modelsText(models: readonly string[]): string {
  const named = models.slice(0, modelsNamed).join(', ');
  const left = models.length - modelsNamed;
  return left > 0 ? `${named} and ${left} more` : named;
}
