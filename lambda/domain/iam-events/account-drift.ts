import type { Severity } from '../control/rung.ts';
import type { IamEvent } from './iam-event.ts';

/** Something about our policies that no enforcer can put right, because it may write no policy text and touch no group. */
export interface AccountDrift {
  readonly severity: Severity;
  /** Who did what, and how an admin puts it right. */
  readonly detail: string;
}

/** What an event means for the account as a whole; undefined where it means nothing, or concerns one principal. */
export function accountDrift(event: IamEvent, policyArns: readonly string[]): AccountDrift | undefined {
  if (event.kind !== 'policy-text' && event.kind !== 'policy-attached') return undefined;
  if (!policyArns.includes(event.policyArn)) return undefined;
  const { actor, name, at, policyArn } = event;
  const who = `${actor.id} called ${name} on ${policyArn} at ${at}`;
  if (event.kind === 'policy-attached') {
    if (event.carrier.type !== 'group') return undefined;
    return {
      severity: 'critical',
      detail: `${who}: everyone in the group ${event.carrier.name} is denied now. Only an admin can detach it.`,
    };
  }
  if (actor.through === 'cloudformation.amazonaws.com') {
    return {
      severity: 'warning',
      detail: `${who}, through CloudFormation: expected during a deployment, and at no other time.`,
    };
  }
  return {
    severity: 'critical',
    detail:
      `${who}: what suspended people are denied may have changed, for all of them. Compare with "budgeteer doctor"; ` +
      `set the deployment's version as default (aws iam set-default-policy-version --policy-arn ${policyArn}), or deploy ` +
      'the security stack again.',
  };
}
