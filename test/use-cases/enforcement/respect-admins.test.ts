import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import type { DenyLevel } from '../../../lambda/domain/level.ts';
import { respectAdmins } from '../../../lambda/use-cases/enforcement/respect-admins.ts';
import { UnenforceableError } from '../../../lambda/use-cases/ports/iam.ts';

const state = firstState('2026-11-22T12:00:00.000Z', 'test');
/** Ann carries the tag that an admin set to have her left alone. */
const insisted = (): SubjectState => ({
  ...state,
  drift: {
    answered: [],
    standDown: { kind: 'tag', by: 'user/admin', since: '2026-11-22T12:00:00.000Z', holds: [] },
  },
});
const target = { type: 'user', name: 'ann' } as const;

function carrier(known: SubjectState | undefined, attached: readonly DenyLevel[] = []) {
  const carried: string[] = [];
  const carry = respectAdmins({
    subjects: { state: async () => known },
    carry: async (_, level) => {
      carried.push(level);
      return true;
    },
    attached: async () => new Set(attached),
  });
  return { carried, carry };
}

it('enforces where no admin objects, and whom the table does not know', async () => {
  for (const known of [state, undefined]) {
    const { carried, carry } = carrier(known);
    expect(await carry(target, 'suspended')).toBe(true);
    expect(carried).toEqual(['suspended']);
  }
});

it('leaves a person alone whom an admin freed, and says that IAM is not what is wanted', async () => {
  const { carried, carry } = carrier(insisted());

  await expect(carry(target, 'suspended')).rejects.toThrow(UnenforceableError);
  expect(carried).toEqual([]);
});

it('has nothing to change where the deny is there all the same', async () => {
  const { carried, carry } = carrier(insisted(), ['suspended']);

  expect([await carry(target, 'suspended'), carried]).toEqual([false, []]);
});
