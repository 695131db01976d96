import { createHash } from 'node:crypto';
import { principal } from '../../contracts/budget-spec.ts';
import {
  type Approval,
  type OverrideCheck,
  overrideErrors,
  overrideRequestSchema,
  saidIn,
} from '../../contracts/override.ts';
import type { Alert } from '../../domain/control/alert.ts';
import { applyOverride, describeOverride, raiseOf } from '../../domain/control/apply-override.ts';
import { specFor, toBudget } from '../../domain/control/budget.ts';
import { needsApproval, refusalOf } from '../../domain/control/check-override.ts';
import { strictestLevel } from '../../domain/control/crossings.ts';
import { ordersInForce } from '../../domain/control/orders.ts';
import type { OverrideRequest } from '../../domain/control/override-request.ts';
import { statusWord } from '../../domain/control/pool-holds.ts';
import { windowStatusesOf } from '../../domain/control/situation.ts';
import { changed, firstState, type SubjectState } from '../../domain/control/state.ts';
import { modeOf, protectionOf, scopeIn, teamOf } from '../../domain/control/subject.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import { type Open, readSituation, type SituationDeps } from '../deciding/read-situation.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import { firstCounts } from '../metering/window-kinds.ts';
import type { OverrideRecord, OverrideRecords } from '../ports/workflows.ts';
import { orderNotice } from './order-notice.ts';

export interface OverrideDeps extends SituationDeps {
  readonly records: OverrideRecords;
}

/** An order that cannot be followed; the message says why and what to do. */
export class OverrideRefusedError extends Error {
  override name = overrideErrors.refused;
}

const attempts = 8;
const nobody = 'someone who did not say';

/** Judges a request as it came; a refusal is an answer, written down under its subject, never an exception. */
export async function checkOverride(
  execution: string,
  input: unknown,
  deps: OverrideDeps,
): Promise<OverrideCheck> {
  const approvalSeconds = deps.settings.approvals.withinMinutes * 60;
  const refused = async (
    refusal: string,
    request?: OverrideRequest,
    verified = false,
  ): Promise<OverrideCheck> => {
    await writeRefusal(execution, refusal, { request, said: saidIn(input), verified }, deps);
    return { accepted: false, refusal, needsApproval: false, approvalSeconds };
  };
  const parsed = overrideRequestSchema.safeParse(input);
  if (!parsed.success) return refused(sentenceOf(parsed.error.issues[0]));
  const judged = await judge(execution, parsed.data, deps);
  if (judged.refusal !== undefined) return refused(judged.refusal, parsed.data, judged.verified);
  const waits = needsApproval(parsed.data, judged.raise, deps.settings.approvals);
  if (waits && !judged.verified) {
    const why = 'This order needs a second person, and only the front door sees who asks: send it there.';
    return refused(why, parsed.data);
  }
  return { accepted: true, refusal: '', needsApproval: waits, approvalSeconds };
}

/** Keeps the token that answers the waiting execution, and asks the approvers by an alert. */
export async function askApproval(
  execution: string,
  input: unknown,
  token: string,
  deps: OverrideDeps,
): Promise<void> {
  const request = overrideRequestSchema.parse(input);
  await deps.records.keepToken(execution, token);
  // Approvers hear of it by an alert of the subject, which has to exist for that.
  await deps.subjects.provision(request.subject, firstOrdered(request, deps));
  const open = await readSituation(request.subject, deps);
  const reason = `${request.requestedBy} asks for "${describeOverride(request)}": ${request.reason}`;
  await writeChange(execution, request, deps, (state, now) => ({
    patch: {},
    change: { action: 'approval-asked', actor: request.requestedBy, reason },
    notice: orderNotice('approval-needed', {
      request,
      execution,
      now,
      timeZone: deps.settings.timeZone,
      detail: reason,
      situation: open && { ...open.situation, state },
    }),
    skip: state.lastChange.execution === execution && state.lastChange.action === 'approval-asked',
  }));
}

/**
 * Takes the order: evaluation follows it within seconds. Taking it twice takes it once.
 * @throws OverrideRefusedError where it cannot be followed any more, because what it was judged by has changed
 */
export async function takeOverride(
  execution: string,
  input: unknown,
  approval: Partial<Approval>,
  deps: OverrideDeps,
): Promise<void> {
  const request = overrideRequestSchema.parse(input);
  const judged = await judge(execution, request, deps);
  if (judged.refusal !== undefined) throw new OverrideRefusedError(judged.refusal);
  await deps.subjects.provision(request.subject, firstOrdered(request, deps));
  const open = await readSituation(request.subject, deps);
  const by = request.requestedBy;
  const releasedUntil = request.action === 'resume' ? haltedUntil(open) : undefined;
  const approved =
    approval.approvedBy === undefined ? '' : ` Approved by ${approval.approvedBy}: ${approval.reason}`;
  await writeChange(execution, request, deps, (state, now) => {
    const patch = applyOverride(state, request, {
      ...{ by, verified: judged.verified, execution, approvedBy: approval.approvedBy, now },
      releasedUntil,
      teamOrder: judged.teamOrder,
    });
    return {
      patch,
      change: {
        action: request.action,
        actor: judged.verified ? by : `${by} (as claimed)`,
        reason: `${request.reason}${approved}`,
        inputs: {
          order: describeOverride(request),
          verified: String(judged.verified),
          ...(judged.callerArn !== undefined && { caller: judged.callerArn }),
        },
      },
      notice: orderNotice('override-applied', {
        request,
        execution,
        now,
        timeZone: deps.settings.timeZone,
        detail: `${by} ordered "${describeOverride(request)}": ${request.reason}${approved}`,
        situation: open && { ...open.situation, state: { ...state, ...patch } },
      }),
      skip: state.ordered?.includes(execution) ?? false,
    };
  });
}

/** Writes down that nobody approved, or that a step failed: the execution fails with the same sentence. */
export async function refuseOverride(
  execution: string,
  input: unknown,
  why: string,
  deps: OverrideDeps,
): Promise<void> {
  const parsed = overrideRequestSchema.safeParse(input);
  const request = parsed.success ? parsed.data : undefined;
  const record = await deps.records.find(execution);
  const verified = request !== undefined && isVerified(record, request);
  await writeRefusal(execution, why, { request, said: saidIn(input), verified }, deps);
}

const firstOrdered = ({ requestedBy, subject }: OverrideRequest, { clock, settings }: OverrideDeps) => ({
  ...firstState(clock().toISOString(), 'An operator ordered something.', requestedBy),
  counts: firstCounts(subject, settings),
});

const isVerified = (record: OverrideRecord | undefined, request: OverrideRequest): boolean =>
  record?.requestedBy === request.requestedBy && record.digest === digestOf(request);

async function judge(execution: string, request: OverrideRequest, deps: OverrideDeps) {
  const { settings, subjects, clock, records } = deps;
  const { subject } = request;
  const [snapshot, record] = await Promise.all([subjects.load(subject, []), records.find(execution)]);
  const team = teamOf(subject, settings, snapshot.taggedTeam);
  const pool = team === undefined || team === subject ? undefined : await subjects.state(team);
  const known = subjectOf(subject).scope !== 'principal' || principal.safeParse(subject).success;
  const spec = known
    ? specFor(subject, snapshot.operatorSpec, settings, { team, tier: snapshot.taggedTier })
    : undefined;
  const limits = spec === undefined ? undefined : toBudget(spec, scopeIn(subject, settings)).limits;
  const verified = isVerified(record, request);
  const orders = ordersInForce(snapshot.state?.orders ?? {}, clock());
  const refusal = refusalOf(request, {
    now: clock(),
    limited: limits?.map(({ kind }) => kind),
    breakGlass: protectionOf(subject, settings) === 'break-glass',
    enforces: modeOf(subject, team, settings) === 'enforce',
    extensions: orders.extensions?.length ?? 0,
  });
  const raise = raiseOf(request, limits ?? [], orders);
  const callerArn = verified ? record?.callerArn : undefined;
  return { refusal, verified, raise, callerArn, teamOrder: pool?.orders?.suspend?.execution };
}

/** The same for a request that says the same: what the front door saw is what is followed. */
export function digestOf(request: OverrideRequest): string {
  const { action, subject, window, amountUsd, expiresAt, reason, requestedBy } = request;
  const said = [action, subject, window, amountUsd ?? null, expiresAt ?? null, reason, requestedBy];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** The end of the window in which the account asks for a halt now, whether or not it could be followed yet. */
function haltedUntil(open: Open | undefined): Date | undefined {
  if (open === undefined) return undefined;
  const hardest = strictestLevel(windowStatusesOf(open.situation));
  return hardest?.level === 'suspended' ? open.situation.windowEnds[hardest.windowStatus.kind] : undefined;
}

interface OrderChange {
  readonly patch: Partial<SubjectState>;
  readonly change: {
    readonly action: string;
    readonly actor: string;
    readonly reason: string;
    readonly inputs?: Readonly<Record<string, string>>;
  };
  readonly notice?: Alert | undefined;
  /** This step was done already. */
  readonly skip: boolean;
}

async function writeChange(
  execution: string,
  { subject }: OverrideRequest,
  { subjects, clock }: OverrideDeps,
  make: (state: SubjectState, now: Date) => OrderChange,
): Promise<void> {
  await retryConflicts(attempts, async () => {
    const state = await subjects.state(subject);
    // Nobody has been seen under this name yet: there is no history to add to.
    if (state === undefined) return;
    const now = clock();
    const { patch, change, notice, skip } = make(state, now);
    if (skip) return;
    const next = changed(state, patch, {
      ...change,
      at: now.toISOString(),
      before: statusWord(subject, state),
      after: statusWord(subject, { ...state, ...patch }),
      execution,
    });
    const alerts = notice === undefined ? [] : [notice];
    await subjects.commit({ subject, expectedVersion: state.version, state: next, alerts, evaluate: true });
  });
}

async function writeRefusal(
  execution: string,
  refusal: string,
  { request, said, verified }: Refused,
  deps: OverrideDeps,
): Promise<void> {
  const { subjects, clock } = deps;
  const asked = request?.subject ?? said.subject ?? accountSubject;
  const subject = (await subjects.state(asked)) === undefined ? accountSubject : asked;
  // Also a refusal before anyone has spent anything is written down.
  if (subject === accountSubject) {
    const first = firstState(clock().toISOString(), 'Someone ordered something.');
    await subjects.provision(accountSubject, {
      ...first,
      counts: firstCounts(accountSubject, deps.settings),
    });
  }
  const who = request?.requestedBy ?? said.requestedBy ?? nobody;
  const actor = verified ? who : `${who} (as claimed)`;
  const reason = request === undefined ? refusal : `"${describeOverride(request)}" was refused: ${refusal}`;
  await writeChange(execution, { ...(request as OverrideRequest), subject }, deps, (state) => ({
    patch: {},
    change: { action: 'override-refused', actor, reason },
    skip: state.lastChange.execution === execution && state.lastChange.action === 'override-refused',
  }));
}

interface Refused {
  /** Undefined where it was no request. */
  readonly request: OverrideRequest | undefined;
  /** What of it can be read all the same: about whom, and who asks. */
  readonly said: ReturnType<typeof saidIn>;
  readonly verified: boolean;
}

function sentenceOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const field = issue?.path.join('.');
  return `The override request is wrong${field ? ` in ${field}` : ''}: ${issue?.message ?? 'it is no object'}.`;
}
