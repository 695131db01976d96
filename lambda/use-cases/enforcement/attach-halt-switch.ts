import { iamTarget, protectedPath, protectedTag } from '../../domain/control/iam-target.ts';
import { modeOf, protectionOf, teamOf } from '../../domain/control/subject.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import {
  type DenyCarrier,
  type DenyCarriers,
  type IamTarget,
  PolicyQuotaError,
  type PrincipalDescriptions,
  PrincipalGoneError,
  type SwitchPolicyCarriers,
  UnenforceableError,
} from '../ports/iam.ts';
import type { PrincipalStates, Subjects } from '../ports/subjects.ts';

export interface AttachHaltSwitchDeps {
  readonly subjects: Pick<Subjects, 'state'>;
  readonly states: PrincipalStates;
  readonly carriers: DenyCarriers;
  readonly switchPolicy: SwitchPolicyCarriers;
  readonly policyArn: string;
  readonly principals: PrincipalDescriptions;
  readonly settings: Pick<Settings, 'haltSwitch' | 'mode' | 'teams' | 'breakGlass' | 'exempt'>;
}

export interface SwitchCoverage {
  /** Who carries it now. */
  readonly carriers: number;
  readonly attached: readonly string[];
  readonly released: readonly string[];
  /** Who has too few slots left to give one away. */
  readonly withoutRoom: readonly string[];
}

/** More in one round would take IAM from everyone else; the next one goes on. */
const mostChanges = 200;
/** IAM's quotas where nobody raised them. One slot has to stay free for the denies of the enforcer. */
const slots = { user: 10, role: 20 } as const;

/**
 * Puts the switch policy on every principal that a halt may stop, as far as a slot is to spare, and takes it off whom it
 * may not stop (any more), and off everyone where the stage retires it. Changes nothing during a pause.
 */
export async function attachHaltSwitch(deps: AttachHaltSwitchDeps): Promise<SwitchCoverage> {
  const found = await deps.carriers.of(deps.policyArn);
  const carrying = new Map(found.map((carrier) => [`${carrier.type}/${carrier.name}`, carrier]));
  const attached: string[] = [];
  const released: string[] = [];
  const withoutRoom: string[] = [];
  const spread = { attached, released, withoutRoom };
  if ((await deps.subjects.state(accountSubject))?.paused !== undefined) {
    return { carriers: carrying.size, ...spread };
  }
  for (const [name, carrier] of carrying) {
    if (carrier.type === 'group' || mayStop(name, deps.settings)) continue;
    if (released.length >= mostChanges) break;
    await deps.carriers.release(carrier as DenyCarrier);
    released.push(name);
  }
  for await (const portion of deps.states.all()) {
    for (const { subject } of portion) {
      if (attached.length + released.length >= mostChanges) break;
      if (carrying.has(subject) || !mayStop(subject, deps.settings)) continue;
      const outcome = await putOn(subject, deps);
      if (outcome === 'attached') attached.push(subject);
      else if (outcome === 'no-room') withoutRoom.push(subject);
    }
  }
  return { carriers: carrying.size + attached.length - released.length, ...spread };
}

/** Only who is stopped as a whole: a role whose single session is break-glass is not. */
function mayStop(subject: string, settings: AttachHaltSwitchDeps['settings']): boolean {
  if (settings.haltSwitch !== 'on' || 'unenforceable' in iamTarget(subject)) return false;
  if (modeOf(subject, teamOf(subject, settings), settings) !== 'enforce') return false;
  return (
    protectionOf(subject, settings) !== 'break-glass' &&
    !settings.breakGlass.some((protectedOne) => subjectOf(protectedOne).role === subject)
  );
}

async function putOn(subject: string, deps: AttachHaltSwitchDeps): Promise<'attached' | 'no-room' | 'left'> {
  const { type, name = '' } = subjectOf(subject);
  const target: IamTarget = { type: type === 'user' ? 'user' : 'role', name };
  try {
    const { path, tags } = await deps.principals.describe(target);
    if (protectedPath(path) !== undefined || protectedTag(tags) !== undefined) return 'left';
    if ((await deps.switchPolicy.count(target)) + 2 > slots[target.type]) return 'no-room';
    await deps.switchPolicy.attach(target);
    return 'attached';
  } catch (error) {
    if (error instanceof PolicyQuotaError) return 'no-room';
    if (error instanceof PrincipalGoneError || error instanceof UnenforceableError) return 'left';
    throw error;
  }
}
