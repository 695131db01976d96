import { createHash } from 'node:crypto';
import {
  type ApprovalAnswer,
  approvalAnswerSchema,
  clientTokenSchema,
  overrideErrors,
  overrideRequestSchema,
} from '../../contracts/override.ts';
import { identify, isIdentityCenterRole } from '../../domain/principal.ts';
import type { Settings } from '../../domain/settings.ts';
import {
  NobodyWaitsError,
  OtherOrderError,
  type OverrideExecutions,
  type OverrideRecords,
} from '../ports/workflows.ts';
import { digestOf } from './follow-override.ts';

export interface FrontDoorDeps {
  readonly records: OverrideRecords;
  readonly machine: OverrideExecutions;
  readonly settings: Settings;
  readonly newExecution: () => string;
}

/** What the front door answers with: a status as HTTP has them, and a body. */
export interface DoorAnswer {
  readonly status: 200 | 202 | 400 | 403 | 404 | 409;
  readonly body: Readonly<Record<string, string>>;
}

/**
 * Starts an order in the caller's name: whatever the body claims, `requestedBy` is who signed the request. Sent again with
 * the same `clientToken`, it is the same order.
 * @param callerArn as IAM authorised it
 */
export async function requestOverride(
  callerArn: string,
  body: unknown,
  deps: FrontDoorDeps,
): Promise<DoorAnswer> {
  const requestedBy = personOf(callerArn, deps).id;
  const { clientToken, ...fields } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly clientToken?: unknown;
  };
  const token = clientTokenSchema.safeParse(clientToken);
  if (!token.success) return refused(400, 'The clientToken must be 16 to 80 letters, digits, - and _.');
  const parsed = overrideRequestSchema.safeParse({ ...fields, requestedBy });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(400, `The request is wrong in ${issue?.path.join('.') || 'its form'}: ${issue?.message}.`);
  }
  const execution = token.data === undefined ? deps.newExecution() : nameOf(requestedBy, token.data);
  try {
    await deps.records.keep(execution, { requestedBy, callerArn, digest: digestOf(parsed.data) });
  } catch (error) {
    if (!(error instanceof OtherOrderError)) throw error;
    return refused(409, 'Another order was sent with this clientToken: send each order with its own.');
  }
  await deps.machine.start(execution, parsed.data);
  return { status: 202, body: { execution, requestedBy } };
}

/** The same order of the same person has the same name, however often it is sent: it is one execution. */
const nameOf = (requestedBy: string, token: string): string =>
  `override-${createHash('sha256')
    .update(JSON.stringify([requestedBy, token]))
    .digest('hex')
    .slice(0, 40)}`;

/** Answers an order that waits for a second person, who has to be another one than asked. */
export async function answerApproval(
  callerArn: string,
  body: unknown,
  deps: FrontDoorDeps,
): Promise<DoorAnswer> {
  const parsed = approvalAnswerSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(400, `The answer is wrong in ${issue?.path.join('.') || 'its form'}: ${issue?.message}.`);
  }
  const { execution } = parsed.data;
  const record = await deps.records.find(execution);
  if (record?.token === undefined) {
    return refused(
      404,
      `No execution ${execution} waits for a second person: the command "approvals" lists those that do.`,
    );
  }
  if (isSamePerson(callerArn, record.callerArn, deps)) {
    return refused(403, `${record.requestedBy} asked for it: somebody else has to answer.`);
  }
  return giveAnswer(parsed.data, record.token, personOf(callerArn, deps).id, deps);
}

async function giveAnswer(
  { action, execution, reason }: ApprovalAnswer,
  token: string,
  approver: string,
  { machine }: FrontDoorDeps,
): Promise<DoorAnswer> {
  try {
    if (action === 'approve') await machine.approve(token, { approvedBy: approver, reason });
    else await machine.reject(token, overrideErrors.rejected, `${approver} rejected it: ${reason}`);
  } catch (error) {
    if (!(error instanceof NobodyWaitsError)) throw error;
    return refused(409, `${execution} does not wait any more: it was answered, or its time was up.`);
  }
  return { status: 200, body: { execution, answeredBy: approver, answer: action } };
}

const personOf = (arn: string, { settings }: FrontDoorDeps) =>
  identify(arn, { sharedRoles: settings.sharedRoles });

/**
 * Whoever can take a role on names the session as they please, so all sessions of a role are one person here. Only Identity
 * Center writes the person's own name, which is the same under each permission set, and in each account.
 */
function isSamePerson(a: string, b: string, deps: FrontDoorDeps): boolean {
  const key = (arn: string) => {
    const { ledgerName, roleName, session, account } = personOf(arn, deps);
    return roleName !== undefined && isIdentityCenterRole(roleName)
      ? `identity-center:${session?.toLowerCase()}`
      : `${account}:${ledgerName}`;
  };
  return key(a) === key(b);
}

const refused = (status: Exclude<DoorAnswer['status'], 200 | 202>, message: string): DoorAnswer => ({
  status,
  body: { message },
});
