import { randomUUID } from 'node:crypto';
import { incompleteness } from '../../../lambda/domain/control/check-override.ts';
import { type OverrideAction, overrideActions } from '../../../lambda/domain/control/override-request.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import { operatorName } from '../deployment/caller.ts';
import { checkKnown } from '../deployment/check-known.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { callDoor } from './call-door.ts';
import { type OrderOutcome, outcomeOf, startDirectly } from './override-execution.ts';
import { readExpiry } from './read-expiry.ts';

export interface OverrideOptions {
  readonly amount?: string | undefined;
  readonly window?: string | undefined;
  readonly expires?: string | undefined;
  readonly reason: string;
  /** Past the front door. */
  readonly direct?: boolean | undefined;
  /** Also about somebody who does not exist yet. */
  readonly force?: boolean | undefined;
}

export interface Ordered {
  readonly execution: string | undefined;
  readonly requestedBy: string;
  readonly verified: boolean;
  readonly outcome: OrderOutcome['kind'] | 'refused';
  readonly sentence: string;
}

/** What happens once an order was taken. */
const effects: Readonly<Record<OverrideAction, string>> = {
  extend: 'the limit is raised within seconds; whoever was over it is restored.',
  'set-limit': 'the limit holds within seconds, for its window and every later one.',
  exempt: 'automatic causes do not apply any more; a manual suspension and a halt do.',
  restore: 'it is restored within a minute or two, unless a halt or a full pool still holds it.',
  suspend: 'it is suspended within seconds.',
  halt: 'everyone is being stopped, the top spenders first; `status account` shows how it stands.',
  resume: 'everyone whom nothing else holds is being restored; `status account` shows how it stands.',
  pause: 'nothing in IAM is touched any more; metering and alerts go on.',
  unpause: 'what was decided meanwhile happens within two minutes.',
};

/**
 * `override ACTION [SUBJECT]`: orders it through the front door, waits for what becomes of it, and says so.
 * @throws InputError for a request that cannot be one
 */
export async function orderOverride(
  action: string,
  subject: string | undefined,
  options: OverrideOptions,
  deployment: Deployment,
): Promise<Answer<Ordered>> {
  if (!overrideActions.includes(action as OverrideAction)) {
    throw new InputError(`"${action}" cannot be ordered: write one of ${overrideActions.join(', ')}.`);
  }
  if (options.reason.trim() === '') throw new InputError('--reason is empty: say why, for the audit trail.');
  const request = requestOf(action as OverrideAction, subject, options, deployment);
  const incomplete = incompleteness(request, { amount: '--amount', expiry: '--expires' });
  if (incomplete !== undefined) throw new InputError(incomplete);
  await checkKnown(request.subject, options, deployment);
  return options.direct === true ? direct(request, deployment) : throughDoor(request, deployment);
}

/** As the machine takes it, without who asks. */
function requestOf(
  action: OverrideAction,
  subject: string | undefined,
  { amount, window, expires, reason }: OverrideOptions,
  { settings, clock }: Deployment,
) {
  return {
    action,
    subject: subject === undefined ? accountSubject : readSubject(subject, settings),
    reason,
    ...(amount !== undefined && { amountUsd: amount }),
    ...(window !== undefined && { window }),
    ...(expires !== undefined && { expiresAt: readExpiry(expires, clock(), settings.timeZone) }),
  };
}
type Request = ReturnType<typeof requestOf>;

async function throughDoor(request: Request, deployment: Deployment): Promise<Answer<Ordered>> {
  const { status, body } = await callDoor(
    'front-door',
    { ...request, clientToken: randomUUID() },
    deployment,
  );
  const { execution, requestedBy = '', message = 'The front door did not say why.' } = body;
  if (status !== 202 || execution === undefined) {
    const sentence = `Refused: ${message}`;
    return answered({ execution, requestedBy, verified: false, outcome: 'refused', sentence });
  }
  return followed(execution, request, { requestedBy, verified: true }, deployment);
}

async function direct(request: Request, deployment: Deployment): Promise<Answer<Ordered>> {
  const requestedBy = await operatorName(deployment);
  const execution = await startDirectly({ ...request, requestedBy }, deployment);
  return followed(execution, request, { requestedBy, verified: false }, deployment);
}

async function followed(
  execution: string,
  { action, subject }: Request,
  by: { readonly requestedBy: string; readonly verified: boolean },
  deployment: Deployment,
): Promise<Answer<Ordered>> {
  const outcome = await outcomeOf(execution, deployment);
  const what = `${action} ${subject}`;
  const who = by.verified ? by.requestedBy : `${by.requestedBy}, as claimed`;
  const sentences: Readonly<Record<OrderOutcome['kind'], string>> = {
    taken: `Taken: "${what}" by ${who}; ${effects[action]}`,
    'not-taken': `Not taken: ${outcome.kind === 'not-taken' ? outcome.why : ''}`,
    waits: `"${what}" waits ${deployment.settings.approvals.withinMinutes} minutes for a second person, who runs: approve ${execution} --reason "…"`,
    running: `${execution} has not ended within a minute: look at it in Step Functions.`,
  };
  return answered({ execution, ...by, outcome: outcome.kind, sentence: sentences[outcome.kind] });
}

function answered(ordered: Ordered): Answer<Ordered> {
  const fine = ordered.outcome === 'taken' || ordered.outcome === 'waits';
  return { text: `${ordered.sentence}\n`, json: ordered, exitCode: fine ? 0 : 1 };
}
