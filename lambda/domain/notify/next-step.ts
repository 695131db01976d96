import { assertNever } from '../assert-never.ts';
import type { Alert, Consequence, Notice } from '../control/alert.ts';
import { accountSubject, subjectOf } from '../subject.ts';

/** What happens next, and what there is to do: one or two sentences. */
export function nextStep(alert: Alert): string {
  if (alert.notice === 'drift' && alert.severity === 'critical') {
    return 'nothing is put back by itself: act as the detail says.';
  }
  if (alert.kind === 'notice' && alert.notice !== undefined) return afterNotice(alert.notice, alert.subject);
  if (!alert.enforcing) return 'nothing is enforced here (shadow mode, or an exempt principal).';
  return afterThreshold(alert.consequence, alert.subject);
}

function afterNotice(notice: Notice, subject: string): string {
  switch (notice) {
    case 'grace':
      return 'a raised limit before the grace period ends stops the suspension. Until then only economy models are allowed.';
    case 'suspended':
      return 'Amazon Bedrock refuses this principal until its limit is raised or the window ends.';
    case 'restored':
      return 'nothing to do, the principal can use Amazon Bedrock again as far as its own permissions go.';
    case 'enforcement-failed':
      return 'it is tried again every five minutes, and told once. If "status" shows it still, act by hand (docs/runbook.md, "Lift or place a deny by hand") and read the log of the enforcer.';
    case 'unenforceable':
      return 'spending goes on until an admin acts as the detail says.';
    case 'unpriced':
      return 'add the price or the profile and deploy, then run "budgeteer prices reprice": balances follow.';
    case 'halted':
      return "everyone is refused, break-glass principals excepted. A halt by the account's budget ends with a raised limit or a new window; one that an operator ordered ends when an operator resumes.";
    case 'resumed':
      return 'nothing to do. Whoever is held for another cause stays held.';
    case 'override-applied':
      return 'nothing to do. It is in the audit trail, with who asked and why.';
    case 'override-refused':
      return 'nothing was changed. Ask again with what the detail names put right.';
    case 'override-expired':
      return 'the budget decides again. Whoever is over it is held within a minute or two.';
    case 'approval-needed':
      return 'approve or reject it; without an answer nothing changes, and the request lapses.';
    case 'leak':
      return 'look at once whether the deny is in force (doctor), and who can remove it; deny by hand as the runbook says.';
    case 'drift':
      return 'IAM is made to match again by itself. Ask whoever the detail names why it was changed.';
    case 'early-stop':
      return 'suspension, where the stage enforces. A raised limit or a new window ends it; docs/early-stop.md explains the figures.';
    case 'velocity':
      return 'ask what runs there. Where the stage restricts at such a jump, economy models go on and the rest is tried again after the cool-down.';
    case 'single-request':
      return 'nothing is stopped for one call. Ask whoever made it whether it was meant.';
    case 'evidence':
      return subject === accountSubject
        ? 'nothing is taken back meanwhile. The runbook says under evidence-unproven what to look at.'
        : 'what it cost is taken back, and whoever was held for it alone is restored. Find out who may write into the log group: the events name the lines.';
    case 'forecast':
      return 'nothing is stopped for a forecast. Raise the limit or slow down, before the thresholds decide.';
    default:
      return assertNever(notice);
  }
}

function afterThreshold(consequence: Consequence | undefined, subject: string): string {
  const members = subjectOf(subject).scope === 'team' ? ' of its members' : '';
  switch (consequence) {
    case 'halt':
      return 'halt of all spending in the account. Raise the limit to stop it; to undo it an operator resumes.';
    case 'suspend':
      return `suspension${members}. Raise the limit to stop or undo it.`;
    case 'restrict':
      return 'only economy models are allowed until the window ends.';
    case 'no-premium':
      return 'the most expensive models are refused until the window ends; everything else goes on.';
    case undefined:
      return 'nothing yet. Further thresholds follow.';
    default:
      return assertNever(consequence);
  }
}
