import { type EnforcedStep, errorNames } from '../contracts/workflows.ts';
import { fencePolicy, inlineRolePolicyLimit } from '../domain/deny-policies/fence-policy.ts';
import { policyHash } from '../domain/deny-policies/policy-hash.ts';
import { type PolicyText, policySize } from '../domain/deny-policies/policy-text.ts';
import { NotReadBackError } from './match-iam.ts';
import {
  type DenyStep,
  type Fence,
  type FencedSessions,
  PolicyQuotaError,
  type PrincipalDescriptions,
  type Sleep,
  type Subjects,
  UnenforceableError,
} from './ports.ts';

export interface FenceDeps {
  readonly principals: PrincipalDescriptions;
  readonly fence: Fence;
  readonly fenced: FencedSessions;
  readonly subjects: Pick<Subjects, 'lease'>;
  readonly texts: Readonly<Record<DenyStep, PolicyText>>;
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
 * Brings one session of a shared role to `step`: the role's fence is rendered anew from all its held sessions, written
 * whole, and read back. One at a time a role; about 10 s of patience each way, the caller's retry goes on from there.
 * @returns whether anything had to be written
 * @throws FenceBusyError, NotReadBackError, UnenforceableError where the role has no room for another entry
 */
export async function fenceSession(
  { role, session }: { readonly role: string; readonly session: string },
  step: EnforcedStep,
  deps: FenceDeps,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deps.subjects.lease(`fence/${role}`, deps.holder, () =>
        fenceNow(role, session, step, deps),
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
  step: EnforcedStep,
  deps: FenceDeps,
): Promise<boolean> {
  const { fence, fenced } = deps;
  // Written first: whoever renders next, also after a crash, renders this session with it.
  await fenced.set(role, session, step);
  const { arn, uniqueId } = await deps.principals.describe({ type: 'role', name: role });
  const sessions = await fenced.of(role);
  const policy = fencePolicy({ roleId: uniqueId, roleArn: arn, sessions }, deps.texts);
  if (sameText(await fence.read(role), policy)) return false;
  try {
    if (policy !== undefined && policySize(policy) > inlineRolePolicyLimit) {
      throw new PolicyQuotaError(`A fence for ${sessions.length} sessions is longer than IAM allows.`);
    }
    await fence.write(role, policy);
  } catch (error) {
    if (!(error instanceof PolicyQuotaError)) throw error;
    await fenced.set(role, session, 'none');
    throw new UnenforceableError(
      `The inline policies of the role ${role} have no room to deny one more session: deny the role, or end the session by hand.`,
      { cause: error },
    );
  }
  for (let reading = 1; ; reading++) {
    if (sameText(await fence.read(role), policy)) return true;
    if (reading >= tries)
      throw new NotReadBackError(`IAM does not show the fence of ${role} yet: try again.`);
    await deps.sleep(pauseMs);
  }
}

const sameText = (found: unknown, wanted: PolicyText | undefined): boolean =>
  found === undefined || wanted === undefined ? found === wanted : policyHash(found) === policyHash(wanted);
