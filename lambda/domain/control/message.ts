import type { Settings } from '../../contracts/settings.ts';
import { assertNever } from '../assert-never.ts';
import { formatUsdShort } from '../money.ts';
import { windowBounds } from '../windows.ts';
import type { Alert, Notice } from './alert.ts';

/** SNS cuts nothing: a longer or non-ASCII subject is refused. */
const maxSubject = 100;

/** An alert as an e-mail reads it, with the attributes that filter policies match. */
export function renderAlert(alert: Alert, { timeZone }: Pick<Settings, 'timeZone'>) {
  const head = headline(alert);
  const share = alert.limit > 0n ? Number((alert.spent * 1000n) / alert.limit) / 10 : 100;
  const ends = windowBounds(alert.window, timeZone).endsAt.toISOString();
  const lines = [
    `${head}.`,
    '',
    `Spent:   ${formatUsdShort(alert.spent)} of ${formatUsdShort(alert.limit)} (${share} %)`,
    `Window:  ${alert.window}, ends ${ends}`,
    `When:    ${alert.at}`,
    ...(alert.together.length > 1 ? [`Crossed: ${alert.together.join(', ')}`] : []),
    ...(alert.detail === undefined ? [] : [`Detail:  ${alert.detail}`]),
    '',
    whatHappensNext(alert),
  ];
  return {
    subject: `Bedrock budget: ${head}`.replace(/[^\x20-\x7e]/g, '?').slice(0, maxSubject),
    body: lines.join('\n'),
    critical: alert.severity === 'critical',
    attributes: {
      severity: alert.severity,
      subject: alert.subject,
      window: alert.window,
      kind: alert.notice ?? 'threshold',
      threshold: alert.kind === 'threshold' ? alert.id : 'none',
    },
  };
}

function headline({ subject, kind, notice, id, window }: Alert): string {
  if (kind === 'threshold' || notice === undefined) return `${subject} reached ${id} of ${window}`;
  const said: Record<Notice, string> = {
    grace: `${subject} is over budget, suspension follows after the grace period`,
    suspended: `${subject} is suspended`,
    restored: `${subject} is restored`,
    'enforcement-failed': `${subject} could not be suspended or restored yet`,
    unenforceable: `${subject} CANNOT be suspended by IAM`,
    unpriced: `${subject} uses models whose price is not known`,
  };
  return said[notice];
}

function whatHappensNext(alert: Alert): string {
  const { notice } = alert;
  if (notice !== undefined) {
    switch (notice) {
      case 'grace':
        return 'Next: a raised limit before the grace period ends stops the suspension. Until then only economy models are allowed.';
      case 'suspended':
        return 'Next: Amazon Bedrock refuses this principal until its limit is raised or the window ends.';
      case 'restored':
        return 'Next: nothing to do, the principal can use Amazon Bedrock again as far as its own permissions go.';
      case 'enforcement-failed':
        return 'Next: the sweep tries again in five minutes. Look at the execution of the state machine if this repeats.';
      case 'unenforceable':
        return 'Next: spending goes on until an admin acts as the detail says.';
      case 'unpriced':
        return 'Next: add the price or the profile and deploy, then run "budgeteer prices reprice": balances follow.';
      default:
        return assertNever(notice);
    }
  }
  if (!alert.enforcing) return 'Next: nothing is enforced here (shadow mode, or an exempt principal).';
  if (alert.consequence === 'suspend') return 'Next: suspension. Raise the limit to stop or undo it.';
  if (alert.consequence === 'restrict') return 'Next: only economy models are allowed until the window ends.';
  return 'Next: nothing yet. Further thresholds follow.';
}
