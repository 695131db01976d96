import fc from 'fast-check';
import { type HaltCandidate, planHalt } from '../../../../scripts/budgeteer/halt/plan-halt.ts';

const member = (subject: string, perMinute: bigint, more: Partial<HaltCandidate> = {}): HaltCandidate => ({
  subject,
  perMinute,
  ...more,
});

describe('a planned halt', () => {
  it('passes over who is denied already and who cannot be stopped, at no cost of time', () => {
    const plan = planHalt(
      [
        member('user/a', 50n),
        member('root', 30n, { obstacle: 'No policy reaches it.' }),
        member('user/b', 20n, { denied: true }),
        member('user/c', 10n),
      ],
      2,
    );

    expect(plan.stops.map(({ subject, atSecond }) => [subject, atSecond])).toEqual([
      ['user/a', 0.5],
      ['user/c', 1],
    ]);
    expect(plan.unstopped).toEqual([{ subject: 'root', perMinute: 30n, why: 'No policy reaches it.' }]);
    expect([plan.burning, plan.alreadyDenied, plan.seconds]).toEqual([90n, 1, 1]);
    expect(plan.deniedAfter(1)).toBeCloseTo(60 / 90, 5);
    expect(plan.secondsUntil(0.95)).toBeUndefined();
  });

  it('stops the sessions of a role with the role, and counts their spending once', () => {
    const session = { obstacle: 'shared', coveredBy: 'role/App' };
    const plan = planHalt(
      [
        member('role/App', 60n, { isSum: true }),
        member('role/App/one', 40n, session),
        member('role/App/two', 20n, session),
      ],
      1,
    );

    expect(plan.burning).toBe(60n);
    expect(plan.deniedAfter(1)).toBe(1);
    expect(plan.unstopped).toEqual([]);
  });

  it('denies ever more as time goes on, and everything that can be denied at its end', () => {
    const principals = fc.array(
      fc.record({
        perMinute: fc.bigInt(0n, 10n ** 12n),
        obstacle: fc.option(fc.constant('no'), { nil: undefined }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(principals, fc.integer({ min: 1, max: 20 }), (members, pace) => {
        const plan = planHalt(
          members.map((each, index) => ({ ...each, subject: `user/${index}` })),
          pace,
        );
        const shares = [0, 1, 5, plan.seconds].sort((a, b) => a - b).map(plan.deniedAfter);
        expect(shares).toEqual([...shares].sort((a, b) => a - b));
        if (plan.unstopped.length === 0) expect(plan.deniedAfter(plan.seconds)).toBe(1);
        expect(plan.seconds).toBeCloseTo(plan.stops.length / pace, 9);
      }),
    );
  });
});
