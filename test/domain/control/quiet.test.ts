import fc from 'fast-check';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import { requestCatchUp } from '../../../lambda/domain/control/catch-up.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import { isQuiet, quietOf } from '../../../lambda/domain/control/quiet.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { situationOf, spentInMonth } from '../../support/situations.ts';

const now = new Date('2026-11-22T12:00:00Z');
const pool = (cents: number, at = now, overrides: Partial<Situation> = {}): Situation =>
  situationOf({
    subject: 'account',
    budget: toBudget({ monthUsd: '10.00' }, 'account'),
    balances: spentInMonth(formatUsd(BigInt(cents) * 10_000_000n)),
    now: at,
    ...overrides,
  });
const decided = (situation: Situation) => requestCatchUp(situation, { ...decide(situation), notices: [] });
const quiet = (situation: Situation) =>
  quietOf(situation, decided(situation), decided(situation).dueAt, undefined);

describe('a quiet pool', () => {
  it('has nothing decided about it while it is quiet', () => {
    let skipped = 0;
    fc.assert(
      fc.property(fc.nat(1_100), fc.nat(1_100), fc.nat(100_000), (first, then, seconds) => {
        const before = quiet(pool(first));
        const later = pool(then, new Date(now.getTime() + seconds * 1000));
        if (before === undefined || !isQuiet(before, later.now, later.balances)) return;
        skipped += 1;
        const { patch, actions, alerts } = decided(later);
        expect({ patch, actions, alerts }).toEqual({ patch: undefined, actions: [], alerts: [] });
      }),
      { numRuns: 500 },
    );
    expect(skipped).toBeGreaterThan(20);
  });

  it.each([
    ['at the next rung', 800, 1],
    ['once its spend fell', 99, 1],
    ['when the sweep is due', 100, 24 * 3600],
  ])('is not quiet %s', (_case, cents, seconds) => {
    const before = quiet(pool(100));
    expect(before && isQuiet(before, now, spentInMonth('7.99'))).toBe(true);
    const { now: at, balances } = pool(cents, new Date(now.getTime() + seconds * 1000));
    expect(before && isQuiet(before, at, balances)).toBe(false);
  });

  it.each([
    ['a pool with a newly crossed rung', pool(900)],
    ['a pool that waits for proof', pool(100, now, { claims: { room: 0n } })],
    ['a paused stage', pool(100, now, { paused: true })],
    ['whoever is held itself', pool(100, now, { budget: toBudget({ monthUsd: '10.00' }, 'principal') })],
  ])('is never %s', (_case, situation) => {
    expect(quiet(situation)).toBeUndefined();
  });
});
