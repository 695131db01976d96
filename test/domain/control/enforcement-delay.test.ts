import { enforcementDelay } from '../../../lambda/domain/control/enforcement-delay.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';

const now = new Date('2026-11-22T12:00:30Z');
const at = (second: number) => `2026-11-22T12:00:${String(second).padStart(2, '0')}.000Z`;
const state = (patch: Partial<SubjectState>): SubjectState => ({
  ...firstState(at(0), 'Seen.'),
  ...patch,
});
const pending = (workflow: 'suspension' | 'restoration', since: number) => ({
  own: { workflow, window: 'month:2026-11', execution: 'any', since: at(since) },
});
const hold = (level: 'suspended' | 'grace', since: number) => ({
  own: { level, window: 'month:2026-11', since: at(since), reason: 'The budget is used up.' },
});
const denied = { level: 'suspended', outcome: 'matched' } as const;
const free = { level: 'none', outcome: 'matched' } as const;
const delay = (before: Partial<SubjectState>, after: typeof denied | typeof free, graceSeconds = 0) =>
  enforcementDelay(state(before), after, graceSeconds, now);

describe('The time from a decision to IAM', () => {
  test('counts a suspension from the decision to start it', () => {
    expect(delay({ pending: pending('suspension', 10), holds: hold('suspended', 12) }, denied)).toEqual({
      kind: 'deny',
      ms: 20_000,
    });
  });

  test('leaves out a grace period, which was asked for', () => {
    const suspended = { pending: pending('suspension', 1), holds: hold('suspended', 25) };

    expect(delay(suspended, denied, 20)).toEqual({ kind: 'deny', ms: 5_000 });
  });

  test('counts the restriction of a grace period from when the enforcer was asked', () => {
    const waiting = { pending: pending('suspension', 1), holds: hold('grace', 2), enforceAskedAt: at(27) };

    expect(enforcementDelay(state(waiting), { level: 'restricted', outcome: 'matched' }, 20, now)).toEqual({
      kind: 'deny',
      ms: 3_000,
    });
  });

  test('counts a restoration from the decision to start it', () => {
    const before = { enforced: denied, pending: pending('restoration', 26) };

    expect(delay(before, free)).toEqual({ kind: 'release', ms: 4_000 });
  });

  test('counts from the latest of several decisions', () => {
    const before = {
      pending: pending('suspension', 10),
      holds: hold('suspended', 11),
      enforceAskedAt: at(29),
    };

    expect(delay(before, denied)?.ms).toBe(1_000);
  });

  test('is none where IAM carried it already, could not carry it, or nobody decided', () => {
    const decided = { pending: pending('suspension', 10), holds: hold('suspended', 12) };

    expect(delay({ ...decided, enforced: denied }, denied)).toBeUndefined();
    expect(
      enforcementDelay(state(decided), { level: 'none', outcome: 'unenforceable' }, 0, now),
    ).toBeUndefined();
    expect(delay({}, denied)).toBeUndefined();
    expect(enforcementDelay(undefined, denied, 0, now)).toBeUndefined();
  });
});
