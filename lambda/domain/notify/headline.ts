import { assertNever } from '../assert-never.ts';
import type { Alert, Consequence, Notice } from '../control/alert.ts';
import { accountSubject } from '../subject.ts';
import { personName, windowName } from './words.ts';

/** What happened, as one clause: the subject of an e-mail, the beginning of everything else. */
export function headline({ subject, kind, notice, id, window, consequence }: Alert): string {
  const who = personName(subject);
  if (kind === 'threshold' || notice === undefined) return `${who} reached ${id} of ${windowName(window)}`;
  return `${who} ${clause(notice, subject, consequence)}`;
}

function clause(notice: Notice, subject: string, consequence: Consequence | undefined): string {
  const milder = consequence === 'restrict' || consequence === 'no-premium';
  switch (notice) {
    case 'grace':
      return 'is over budget, suspension follows after the grace period';
    case 'suspended':
      return 'is suspended';
    case 'restored':
      return 'is restored';
    case 'enforcement-failed':
      return milder ? 'could not be restricted yet' : 'could not be suspended or restored yet';
    case 'unenforceable':
      return `CANNOT be ${milder ? 'restricted' : 'suspended'} by IAM`;
    case 'unpriced':
      return 'uses models whose price is not known';
    case 'halted':
      return 'is HALTED: nobody may call Amazon Bedrock';
    case 'resumed':
      return 'is resumed: calls of Amazon Bedrock are allowed again';
    case 'override-applied':
      return 'has an operator override';
    case 'override-refused':
      return 'was to be overridden, and the override was refused';
    case 'override-expired':
      return 'had an override that has ended';
    case 'approval-needed':
      return 'waits for a second operator to approve an override';
    case 'leak':
      return 'spends although it is denied';
    case 'drift':
      return 'had its deny changed by someone else';
    case 'early-stop':
      return 'is stopped below its limit: what is under way will use up the rest';
    case 'velocity':
      return 'suddenly spends many times what is usual';
    case 'single-request':
      return 'made a single call that is more expensive than configured';
    case 'evidence':
      return subject === accountSubject
        ? 'has calls that evidence does not bear out'
        : 'was charged for calls that Bedrock did not make';
    case 'forecast':
      return 'is on track to exceed its budget';
    default:
      return assertNever(notice);
  }
}
