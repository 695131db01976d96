import type { Enforceable } from '../../domain/control/iam-target.ts';
import { objectionTo } from '../../domain/iam-events/drift.ts';
import type { DenyStep, EnforcedStep } from '../../domain/level.ts';
import { type IamTarget, UnenforceableError } from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';

export type Carry = (target: Enforceable, step: EnforcedStep) => Promise<boolean>;

export interface HeedDeps {
  readonly subjects: Pick<Subjects, 'state'>;
  readonly carry: Carry;
  /** Which of our policies are attached. */
  readonly attached: (target: IamTarget) => Promise<ReadonlySet<DenyStep>>;
}

/**
 * Leaves IAM as an admin made it, where one insisted or the hold tag says so: an admin who fights the robot wins.
 * @throws UnenforceableError where IAM is not what is wanted, and stays so
 */
export function heedStandDowns({ subjects, carry, attached }: HeedDeps): Carry {
  return async (target, step) => {
    if (target.type === 'session') return carry(target, step);
    const { type, name } = target;
    const state = await subjects.state(`${type}/${name}`);
    const objection = state && objectionTo(step === 'none' ? 'detach' : 'attach', state);
    if (objection === undefined) return carry(target, step);
    const found = await attached({ type, name });
    if (step === 'none' ? found.size === 0 : found.has(step)) return false;
    throw new UnenforceableError(objection);
  };
}
