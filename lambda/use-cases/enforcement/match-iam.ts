import { isWeaker } from '../../domain/control/access.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import type { DenyLevel, EnforcedLevel } from '../../domain/level.ts';
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
 * Attaches and detaches our policies until `target` carries exactly `level`, reads that back, and has it simulated. The stronger one is
 * attached before the weaker one goes. Answers whether anything had to be written. About 2 s of patience; the caller's retry goes on from there.
 */
export async function matchIam(target: IamTarget, level: EnforcedLevel, deps: MatchDeps): Promise<boolean> {
  const attached = await deps.iam.attached(target);
  const right = attached.size === (level === 'none' ? 0 : 1) && (level === 'none' || attached.has(level));
  if (level !== 'none' && !attached.has(level)) await attachMakingRoom(target, level, attached, deps.iam);
  for (const surplus of attached) if (surplus !== level) await deps.iam.detach(target, surplus);

  for (let reading = 1; ; reading++) {
    const now = await deps.iam.attached(target);
    const wanted = level === 'none' ? 0 : 1;
    const shown = now.size === wanted && (level === 'none' || now.has(level));
    // What was there before was simulated then; a changed text of the policy is another watch's matter.
    if (shown && (right || level === 'none' || (await deps.iam.denies(target, level)))) return !right;
    if (reading >= readBacks) {
      throw new NotReadBackError(
        shown
          ? `IAM shows "${level}" on ${target.type} ${target.name}, and its simulation denies nothing: deploy the policies again if that goes on.`
          : `IAM does not show "${level}" on ${target.type} ${target.name} yet: try again.`,
      );
    }
    await deps.sleep(readBackPauseMs);
  }
}

/** A weaker deny must not keep a stronger one out when it has the last slot. */
async function attachMakingRoom(
  target: IamTarget,
  level: DenyLevel,
  attached: ReadonlySet<DenyLevel>,
  iam: Iam,
): Promise<void> {
  try {
    await iam.attach(target, level);
  } catch (error) {
    if (!(error instanceof PolicyQuotaError)) throw error;
    const weaker = [...attached].find((carried) => isWeaker(carried, level));
    // The switch policy comes back by itself, when there is room.
    if (weaker !== undefined) await iam.detach(target, weaker);
    else if (!(await iam.makeRoom?.(target))) throw new UnenforceableError(error.message, { cause: error });
    await iam.attach(target, level);
  }
}
