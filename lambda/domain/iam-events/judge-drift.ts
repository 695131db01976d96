import { assertNever } from '../assert-never.ts';
import { enforcedLevelFor } from '../control/access.ts';
import { exemptTag } from '../control/iam-target.ts';
import type { Severity } from '../control/rung.ts';
import type { SubjectState } from '../control/state.ts';
import type { DenyLevel } from '../level.ts';
import { covers } from '../subject.ts';
import { type AnsweredEvent, type Drift, holdsOf, holdTag, type StandDown, standDownOf } from './drift.ts';
import type { Actor, IamEvent } from './iam-event.ts';

/** What a change by someone else comes to, for one subject. */
export interface DriftAnswer {
  readonly action: 'drift' | 'stand-down' | 'hands-off' | 'hands-on';
  readonly severity: Severity;
  /** Who did what, and what becomes of it: for the alert and the audit trail. */
  readonly detail: string;
  readonly drift: Drift;
  /** Whether the enforcer has to read IAM now. */
  readonly ask: boolean;
}

export interface DriftContext {
  readonly subject: string;
  readonly state: Pick<SubjectState, 'holds' | 'enforced' | 'drift'>;
  /** Our policies' ARNs. */
  readonly policies: Readonly<Record<DenyLevel, string>>;
  /** The halt switch's policy, where the stage has one. */
  readonly switchPolicyArn?: string | undefined;
  /** False in shadow mode and while enforcement is paused: drift is told, and nothing put back. */
  readonly enforcing: boolean;
  /** So many changes by one human within an hour are put back. */
  readonly repairsPerHour: number;
  /** Whether the subject carries the hold tag now. */
  readonly heldByTag?: boolean | undefined;
  readonly now: Date;
}

const hourMs = 3_600_000;
/** More than the breaker needs; a redelivery of an older event finds its alert sent. */
const kept = 20;

/**
 * What to do about a change of IAM that somebody else made; undefined where it is no drift, or was answered before.
 * An admin who insists wins: after `repairsPerHour` repairs the next change of the same human stays.
 */
export function judgeDrift(event: IamEvent, context: DriftContext): DriftAnswer | undefined {
  if (context.state.drift?.answered.some((answered) => answered.event === event.id)) return undefined;
  const held = enforcedLevelFor(context.state.holds);
  switch (event.kind) {
    case 'policy-detached':
      if (event.policyArn === context.switchPolicyArn) {
        return told(
          event,
          'took the halt switch off: it is put on again within a quarter of an hour',
          context,
        );
      }
      if (held === 'none' || context.policies[held] !== event.policyArn) return undefined;
      return repair(event, 'took our deny off', context);
    case 'policy-attached':
      if (held !== 'none' && context.policies[held] === event.policyArn) return undefined;
      return repair(event, 'attached a deny of ours that nothing asks for', context);
    case 'key-created':
    case 'key-changed':
      if (held !== 'suspended' || event.on === false) return undefined;
      return repair(event, 'made or changed a Bedrock API key of a suspended user', context);
    case 'principal-deleted':
      if (held === 'none') return undefined;
      return told(event, 'deleted it while it was held: a new one of that name is held again', context);
    case 'tags-changed':
    case 'principal-created':
      return namesExemptTag(event) ? exempted(event, context) : tagged(event, context);
    case 'policy-text':
      return undefined;
    default:
      return assertNever(event);
  }
}

/** A held principal cannot decide about its own deny. */
export const isOwnCase = ({ id }: Actor, subject: string): boolean => covers(subject, id);

function repair(event: IamEvent, what: string, context: DriftContext): DriftAnswer {
  const { state, subject, enforcing, repairsPerHour, now } = context;
  const { actor } = event;
  const did = sentence(event, what);
  const standDown = standDownOf(state);
  if (!enforcing) {
    return told(event, `${what}: nothing is put back in shadow mode or during a pause`, context);
  }
  if (standDown !== undefined) return told(event, `${what}: it is left so, as before`, context);
  const before = (state.drift?.answered ?? []).filter(
    ({ by, at, repaired }) => repaired && by === actor.id && Date.parse(at) > now.getTime() - hourMs,
  );
  if (before.length >= repairsPerHour && !isOwnCase(actor, subject)) {
    const stand: StandDown = {
      ...{ kind: 'insisted', by: actor.id, since: now.toISOString() },
      ...{ holds: holdsOf(state.holds), enforcedAt: state.enforced.at },
    };
    return {
      action: 'stand-down',
      severity: 'critical',
      detail: `${did}. It was put back ${before.length} times within an hour and now stays so: restore or exempt the principal if that is right, suspend it to have the deny back.`,
      drift: answeredDrift(event, context, false, stand),
      // So that its state says what IAM carries.
      ask: true,
    };
  }
  return {
    action: 'drift',
    severity: 'warning',
    detail: `${did}. It is put back.`,
    drift: answeredDrift(event, context, true),
    ask: true,
  };
}

function told(event: IamEvent, what: string, context: DriftContext): DriftAnswer {
  return {
    action: 'drift',
    severity: 'warning',
    detail: `${sentence(event, what)}.`,
    drift: answeredDrift(event, context, false),
    ask: false,
  };
}

/** Whether this tag may have come or gone by the event. */
const names = (event: IamEvent, tag: string): boolean => {
  const keys =
    event.kind === 'tags-changed'
      ? event.keys
      : event.kind === 'principal-created'
        ? Object.keys(event.tags)
        : [];
  // To IAM keys that differ by case alone are one.
  return keys.some((key) => key.toLowerCase() === tag.toLowerCase());
};
export const namesHoldTag = (event: IamEvent): boolean => names(event, holdTag);
export const namesExemptTag = (event: IamEvent): boolean => names(event, exemptTag);

/** The enforcer respects the tag by itself; an alert says that the principal may spend again. */
function exempted(event: IamEvent, context: DriftContext): DriftAnswer | undefined {
  if (enforcedLevelFor(context.state.holds) === 'none') return undefined;
  const answer = told(event, `changed ${exemptTag} while it was held`, context);
  return { ...answer, severity: 'critical', ask: context.enforcing };
}

/** Only what somebody else decides counts: a suspended user could tag itself. */
function tagged(event: IamEvent, context: DriftContext): DriftAnswer | undefined {
  const { state, subject, heldByTag, now } = context;
  if (heldByTag === undefined || !namesHoldTag(event)) return undefined;
  const by = event.actor.id;
  const standDown = state.drift?.standDown?.kind === 'tag';
  if (heldByTag === standDown) return undefined;
  if (heldByTag && isOwnCase(event.actor, subject)) {
    return told(event, `set ${holdTag} on itself, which does not count`, context);
  }
  if (heldByTag) {
    const stand: StandDown = { kind: 'tag', by, since: now.toISOString(), holds: [] };
    return {
      action: 'hands-off',
      severity: 'critical',
      detail: `${sentence(event, `set ${holdTag}`)}: our denies are neither put on nor back until the tag goes.`,
      drift: answeredDrift(event, context, false, stand),
      ask: false,
    };
  }
  return {
    action: 'hands-on',
    severity: 'warning',
    detail: `${sentence(event, `took ${holdTag} off`)}: budgets are enforced again.`,
    drift: { answered: answeredDrift(event, context, false).answered },
    ask: context.enforcing,
  };
}

function answeredDrift(
  { id, at, actor }: IamEvent,
  { state, now }: DriftContext,
  repaired: boolean,
  standDown = standDownOf(state),
): Drift {
  const recent = (state.drift?.answered ?? []).filter((one) => Date.parse(one.at) > now.getTime() - hourMs);
  const one: AnsweredEvent = {
    event: id,
    at: at > now.toISOString() ? now.toISOString() : at,
    by: actor.id,
    repaired,
  };
  return { answered: [...recent, one].slice(-kept), ...(standDown && { standDown }) };
}

const sentence = ({ actor, name, at }: IamEvent, what: string): string =>
  `${actor.id}${actor.through === undefined ? '' : ` (through ${actor.through})`} ${what} (${name}, ${at})`;
