import type { Enforceable } from '../../domain/control/iam-target.ts';
import { objectionTo } from '../../domain/iam-events/drift.ts';
import type { DenyLevel, EnforcedLevel } from '../../domain/level.ts';
import { type IamTarget, UnenforceableError } from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';

export type Carry = (target: Enforceable, level: EnforcedLevel) => Promise<boolean>;

export interface RespectAdminsDeps {
  readonly subjects: Pick<Subjects, 'state'>;
  readonly carry: Carry;
  /** Which of our policies are attached. */
  readonly attached: (target: IamTarget) => Promise<ReadonlySet<DenyLevel>>;
}

/**
 * Leaves IAM as an admin made it, where one insisted or the hold tag says so: an admin who fights enforcement wins.
 * @throws UnenforceableError where IAM is not what is wanted, and stays so
 */
export function respectAdmins({ subjects, carry, attached }: RespectAdminsDeps): Carry {
  return async (target, level) => {
    if (target.type === 'session') return carry(target, level);
    const { type, name } = target;
    const state = await subjects.state(`${type}/${name}`);
    const objection = state && objectionTo(level === 'none' ? 'detach' : 'attach', state);
    if (objection === undefined) return carry(target, level);
    const found = await attached({ type, name });
    if (level === 'none' ? found.size === 0 : found.has(level)) return false;
    throw new UnenforceableError(objection);
  };
}
