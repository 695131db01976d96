import { errorNames } from '../../domain/control/hold-task.ts';
import { protectedPath, protectedTag } from '../../domain/control/iam-target.ts';
import { fencePolicy, inlineRolePolicyLimit } from '../../domain/deny-policies/fence-policy.ts';
import { policyHash } from '../../domain/deny-policies/policy-hash.ts';
import { type PolicyText, policySize } from '../../domain/deny-policies/policy-text.ts';
import type { DenyLevel, EnforcedLevel } from '../../domain/level.ts';
import {
  type Fence,
  type FencedSessions,
  PolicyQuotaError,
  type PrincipalDescriptions,
  PrincipalGoneError,
  UnenforceableError,
} from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Sleep } from '../ports/time.ts';
import { NotReadBackError } from './match-iam.ts';

export interface FenceDeps {
  readonly principals: PrincipalDescriptions;
  readonly fence: Fence;
  readonly fenced: FencedSessions;
  readonly subjects: Pick<Subjects, 'lease'>;
  readonly texts: Readonly<Record<DenyLevel, PolicyText>>;
  /** Whether the settings keep us off this role. */
  readonly spares: (role: string) => boolean;
  readonly holder: string;
  readonly sleep: Sleep;
}

/** Another session of the same role is being fenced. */
export class FenceBusyError extends Error {
  override name = errorNames.fenceBusy;
}

const tries = 20;
const pauseMs = 500;

/**
 * Brings one session of a shared role to `level`: the role's fence is rendered anew from all its held sessions, written
 * whole, and read back. One at a time a role; about 10 s of patience each way, the caller's retry goes on from there.
 * @returns whether anything had to be written
 * @throws FenceBusyError, NotReadBackError, UnenforceableError where the role has no room for another entry
 */
export async function fenceSession(
  { role, session }: { readonly role: string; readonly session: string },
  level: EnforcedLevel,
  deps: FenceDeps,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deps.subjects.lease(`fence/${role}`, deps.holder, () =>
        fenceNow(role, session, level, deps),
      );
    } catch (error) {
      if (!(error instanceof Error && error.name === errorNames.leaseHeld)) throw error;
      if (attempt >= tries) {
        throw new FenceBusyError(`Other sessions of the role ${role} are being fenced: try again shortly.`, {
          cause: error,
        });
      }
      await deps.sleep(pauseMs);
    }
  }
}

async function fenceNow(
  role: string,
  session: string,
  level: EnforcedLevel,
  deps: FenceDeps,
): Promise<boolean> {
  const { fence, fenced } = deps;
  const { arn, uniqueId, path, tags } = await describe(role, session, deps);
  // A role that became protected gets rid of the whole fence.
  const spared = deps.spares(role) || (protectedPath(path) ?? protectedTag(tags)) !== undefined;
  const before = await fenced.of(role);
  const others = before.filter((each) => each.session !== session);
  const sessions = level === 'none' ? others : [...others, { session, level }];
  const policy = spared ? undefined : fencePolicy({ roleId: uniqueId, roleArn: arn, sessions }, deps.texts);
  if (level !== 'none' && policy !== undefined && policySize(policy) > inlineRolePolicyLimit)
    throw noRoom(role);
  // Written first: whoever renders next, also after a crash, renders this session with it.
  await fenced.set(role, session, level);
  if (sameText(await fence.read(role), policy)) return false;
  try {
    await fence.write(role, policy);
  } catch (error) {
    // A restored session stays out of the list: that is no refusal, and has to be tried again.
    if (!(error instanceof PolicyQuotaError) || level === 'none') throw error;
    const held = before.find((each) => each.session === session)?.level ?? 'none';
    await fenced.set(role, session, held);
    throw noRoom(role, error);
  }
  for (let reading = 1; ; reading++) {
    if (sameText(await fence.read(role), policy)) return true;
    if (reading >= tries)
      throw new NotReadBackError(`IAM does not show the fence of ${role} yet: try again.`);
    await deps.sleep(pauseMs);
  }
}

/** Who is remembered of a role that is gone would be fenced on the next one of its name. */
async function describe(role: string, session: string, { principals, fenced }: FenceDeps) {
  try {
    return await principals.describe({ type: 'role', name: role });
  } catch (error) {
    if (error instanceof PrincipalGoneError) await fenced.set(role, session, 'none');
    throw error;
  }
}

const noRoom = (role: string, cause?: unknown) =>
  new UnenforceableError(
    `The inline policies of the role ${role} have no room to deny one more session: deny the role, or end the session by hand.`,
    { cause },
  );

const sameText = (found: unknown, wanted: PolicyText | undefined): boolean =>
  found === undefined || wanted === undefined ? found === wanted : policyHash(found) === policyHash(wanted);
