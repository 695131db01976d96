import { notice } from '../../domain/control/notice.ts';
import { statusWord } from '../../domain/control/pool-holds.ts';
import { type Situation, windowStatusesOf } from '../../domain/control/situation.ts';
import { changed, firstState } from '../../domain/control/state.ts';
import { protectionOf } from '../../domain/control/subject.ts';
import { accountDrift } from '../../domain/iam-events/account-drift.ts';
import { holdTag, holdTagValue } from '../../domain/iam-events/drift.ts';
import type { IamEvent, Named } from '../../domain/iam-events/iam-event.ts';
import {
  type DriftAnswer,
  judgeDrift,
  namesExemptTag,
  namesHoldTag,
} from '../../domain/iam-events/judge-drift.ts';
import type { DenyLevel } from '../../domain/level.ts';
import { accountSubject } from '../../domain/subject.ts';
import { readSituation, type SituationDeps } from '../deciding/read-situation.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import { firstCounts } from '../metering/window-kinds.ts';
import type { IamDirectory } from '../ports/subjects.ts';
import type { Enforcer } from '../ports/workflows.ts';

export interface DriftDeps extends SituationDeps {
  readonly enforcer: Enforcer;
  /** Asked anew for each event. */
  readonly iam: IamDirectory;
  readonly policies: Readonly<Record<DenyLevel, string>>;
  /** The halt switch's policy, where the stage has one. */
  readonly switchPolicyArn?: string | undefined;
  /** Roles of this system that change IAM: their changes are no drift. */
  readonly ownRoleArns: readonly string[];
}

/** `none`: no drift, or answered before. */
export type DriftOutcome = DriftAnswer['action'] | 'account' | 'own' | 'none';

const attempts = 8;

/**
 * Alerts of a change that someone else made to a deny, and asks the enforcer to revert it, until that person insists.
 * A repeated event is not alerted, counted or answered again.
 */
export async function answerDrift(event: IamEvent, deps: DriftDeps): Promise<DriftOutcome> {
  // In code and not in the rule's pattern: users have no session issuer, and `anything-but` would not match them.
  if (event.actor.roleArn !== undefined && deps.ownRoleArns.includes(event.actor.roleArn)) return 'own';
  const switchPolicy = deps.switchPolicyArn === undefined ? [] : [deps.switchPolicyArn];
  const wide = accountDrift(event, [...Object.values(deps.policies), ...switchPolicy]);
  if (wide !== undefined) return tellAccount(event, wide, deps);
  const target = targetOf(event, deps);
  if (target === undefined) return 'none';
  const answer = await retryConflicts(attempts, () => answerOnce(event, target, deps));
  if (answer === 'unknown') {
    if (event.kind !== 'policy-attached') return 'none';
    const detail = `${event.actor.id} attached ${event.policyArn} to ${target.type}/${target.name} at ${event.at}, which has no budget here: only an admin can detach it.`;
    return tellAccount(event, { severity: 'warning', detail }, deps);
  }
  if (answer === 'again' || (typeof answer === 'object' && answer.ask))
    await deps.enforcer.ask(`${target.type}/${target.name}`);
  return typeof answer === 'object' ? answer.action : 'none';
}

/** Whom it is about, where it can be drift at all. */
function targetOf(event: IamEvent, { policies, switchPolicyArn }: DriftDeps): Named | undefined {
  switch (event.kind) {
    case 'policy-attached':
    case 'policy-detached': {
      const { type, name } = event.carrier;
      const switchOff = event.kind === 'policy-detached' && event.policyArn === switchPolicyArn;
      const ours = switchOff || Object.values(policies).includes(event.policyArn);
      return ours && type !== 'group' ? { type, name } : undefined;
    }
    case 'tags-changed':
    case 'principal-created':
      return namesHoldTag(event) || namesExemptTag(event) ? event.target : undefined;
    case 'key-created':
    case 'key-changed':
    case 'principal-deleted':
      return event.target;
    default:
      return undefined;
  }
}

async function answerOnce(
  event: IamEvent,
  target: Named,
  deps: DriftDeps,
): Promise<DriftAnswer | 'unknown' | 'again' | undefined> {
  const subject = `${target.type}/${target.name}`;
  const open = await readSituation(subject, deps);
  if (open === undefined) return 'unknown';
  const { situation } = open;
  const { settings, policies } = deps;
  // Break-glass principals get rid of our denies like everyone else.
  const reachable = situation.holdable || protectionOf(subject, settings) === 'break-glass';
  const answer = judgeDrift(event, {
    ...{ subject, policies, state: situation.state, now: situation.now },
    switchPolicyArn: deps.switchPolicyArn,
    enforcing: reachable && !situation.paused,
    repairsPerHour: settings.drift.repairsPerHour,
    heldByTag: namesHoldTag(event) ? await carriesHoldTag(target, deps) : undefined,
  });
  if (answer !== undefined) {
    await tell(event, situation, answer, deps);
    return answer;
  }
  // It was alerted and counted, but the request to the enforcer may have failed then.
  const answered = situation.state.drift?.answered ?? [];
  return answered.some((one) => one.event === event.id && one.repaired) ? 'again' : undefined;
}

/** Undefined where IAM does not answer: then nothing changes, and the reconciliation goes on as before. */
async function carriesHoldTag(target: Named, { iam }: DriftDeps): Promise<boolean | undefined> {
  const record = (await iam.find([target])).get(`${target.type}/${target.name}`);
  if (record === undefined) return undefined;
  return Object.entries(record.tags).some(
    ([key, value]) => key.toLowerCase() === holdTag.toLowerCase() && value === holdTagValue,
  );
}

async function tellAccount(
  event: IamEvent,
  { severity, detail }: Pick<DriftAnswer, 'severity' | 'detail'>,
  deps: DriftDeps,
): Promise<DriftOutcome> {
  return retryConflicts(attempts, async () => {
    // Policies can be changed before anyone has spent anything.
    if ((await deps.subjects.state(accountSubject)) === undefined) {
      const at = deps.clock().toISOString();
      const first = firstState(at, 'Its denies were changed.', 'iam-events');
      const counts = firstCounts(accountSubject, deps.settings);
      await deps.subjects.provision(accountSubject, { ...first, counts });
    }
    const open = await readSituation(accountSubject, deps);
    if (open === undefined) return 'none';
    const { situation } = open;
    const answered = situation.state.drift?.answered ?? [];
    if (answered.some((one) => one.event === event.id)) return 'none';
    const one = { event: event.id, at: event.at, by: event.actor.id, repaired: false };
    const drift = { answered: [...answered, one].slice(-20) };
    await tell(event, situation, { action: 'drift', severity, detail, drift, ask: false }, deps);
    return 'account';
  });
}

/** Alert, audit entry and what the next event is judged by, in one transaction. */
async function tell(
  event: IamEvent,
  situation: Situation,
  { action, severity, detail, drift }: DriftAnswer,
  { subjects }: DriftDeps,
): Promise<void> {
  const { subject, state, now } = situation;
  const statuses = windowStatusesOf(situation);
  const at = now.toISOString();
  const alert = notice('drift', {
    ...{ subject, window: statuses[0]?.window ?? situation.windows.month },
    ...{ id: `drift#${event.id}`, severity, now, detail },
    enforcing: situation.holdable && !situation.paused,
    ...{ spent: statuses[0]?.spent ?? 0n, limit: statuses[0]?.limit ?? 0n },
  });
  const before = statusWord(subject, state);
  const change = { at, action, actor: event.actor.id, reason: detail, before, after: before };
  await subjects.commit({
    ...{ subject, expectedVersion: state.version, state: changed(state, { drift }, change) },
    alerts: [alert],
  });
}
