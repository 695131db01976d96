import { isWeaker } from '../../domain/control/access.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import type { DenyStep, EnforcedStep } from '../../domain/level.ts';
import { type Iam, type IamTarget, PolicyQuotaError, UnenforceableError } from '../ports/iam.ts';
import type { Sleep } from '../ports/time.ts';

export interface MatchDeps {
  readonly iam: Iam;
  readonly sleep: Sleep;
}

/** IAM took what was written but does not show it yet. */
export class NotReadBackError extends Error {
  override name = errorNames.notReadBack;
}

const readBacks = 8;
const readBackPauseMs = 250;

/**
 * Attaches and detaches our policies until `target` carries exactly `step`, reads that back, and has it simulated. The stronger one is
 * attached before the weaker one goes. Answers whether anything had to be written. About 2 s of patience; the caller's retry goes on from there.
 */
export async function matchIam(target: IamTarget, step: EnforcedStep, deps: MatchDeps): Promise<boolean> {
  const attached = await deps.iam.attached(target);
  const right = attached.size === (step === 'none' ? 0 : 1) && (step === 'none' || attached.has(step));
  if (step !== 'none' && !attached.has(step)) await attachMakingRoom(target, step, attached, deps.iam);
  for (const surplus of attached) if (surplus !== step) await deps.iam.detach(target, surplus);

  for (let reading = 1; ; reading++) {
    const now = await deps.iam.attached(target);
    const wanted = step === 'none' ? 0 : 1;
    const shown = now.size === wanted && (step === 'none' || now.has(step));
    // What was there before was simulated then; a changed text of the policy is another watch's matter.
    if (shown && (right || step === 'none' || (await deps.iam.denies(target, step)))) return !right;
    if (reading >= readBacks) {
      throw new NotReadBackError(
        shown
          ? `IAM shows "${step}" on ${target.type} ${target.name}, and its simulation denies nothing: deploy the policies again if that goes on.`
          : `IAM does not show "${step}" on ${target.type} ${target.name} yet: try again.`,
      );
    }
    await deps.sleep(readBackPauseMs);
  }
}

/** A weaker deny must not keep a stronger one out when it has the last slot. */
async function attachMakingRoom(
  target: IamTarget,
  step: DenyStep,
  attached: ReadonlySet<DenyStep>,
  iam: Iam,
): Promise<void> {
  try {
    await iam.attach(target, step);
  } catch (error) {
    if (!(error instanceof PolicyQuotaError)) throw error;
    const weaker = [...attached].find((carried) => isWeaker(carried, step));
    // The standing policy comes back by itself, when there is room.
    if (weaker !== undefined) await iam.detach(target, weaker);
    else if (!(await iam.makeRoom?.(target))) throw new UnenforceableError(error.message, { cause: error });
    await iam.attach(target, step);
  }
}
