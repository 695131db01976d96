import fc from 'fast-check';
import type { SettingsInput } from '../../../lambda/contracts/settings.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { ControlRun } from '../../support/control-run.ts';

const month = 'month:2026-11';
const begins = new Date('2026-11-05T00:00:00Z');
const december = new Date('2026-12-01T00:00:00Z');
const settings: SettingsInput = {
  mode: 'enforce',
  defaultBudget: { monthUsd: '10' },
  accountBudget: { monthUsd: '100000' },
  earlyStop: { enabled: true },
  velocity: { do: ['notify', 'restrict'], minimumMinutes: 5 },
};
const limit = parseUsd('10');

/** Cents, seconds until the next call, and whether its record comes late. */
const calls = fc.array(
  fc.record({
    cents: fc.integer({ min: 1, max: 120 }),
    seconds: fc.constantFrom(1, 20, 60, 61, 130, 4_000),
    late: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40 },
);

async function played(history: readonly { cents: number; seconds: number; late: boolean }[]) {
  const run = new ControlRun(settings, begins);
  const notices = () => run.subjects.alerts.flatMap(({ notice = [] }) => notice);
  for (const { cents, seconds, late } of history) {
    await run.spend('user/ann', (cents / 100).toFixed(2), late);
    const state = run.subjects.states.get('user/ann');
    if (state?.holds.own?.level === 'suspended') return { run, state, notices };
    await run.advance(new Date(run.now.getTime() + seconds * 1_000));
  }
  return { run, state: run.subjects.states.get('user/ann'), notices };
}

describe('whatever is spent when', () => {
  it('nobody is stopped below the limit less what may be under way, and never further than the most of it', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (history) => {
        const { run, state, notices } = await played(history);
        const spent = run.subjects.balances.get('user/ann')?.[month]?.spent ?? 0n;
        const margin = BigInt(state?.early?.[month] ?? 0);
        const stopped = state?.holds.own?.level === 'suspended';
        expect(stopped).toBe(spent + margin >= limit);
        expect(margin <= limit / 10n).toBe(true);
        expect(notices().includes('early-stop')).toBe(stopped && spent < limit);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('whoever was stopped is free exactly when the window turns', async () => {
    const history = Array.from({ length: 19 }, () => ({ cents: 50, seconds: 60, late: false }));
    const { run } = await played(history);
    const access = () => {
      const state = run.subjects.states.get('user/ann');
      return state && accessOf(state);
    };
    expect(run.subjects.balances.get('user/ann')?.[month]?.spent).toBe(parseUsd('9.5'));
    await run.advance(new Date(december.getTime() - 1_000));
    expect(access()).toBe('suspended');
    await run.advance(december);
    expect(access()).toBe('active');
    expect(run.subjects.states.get('user/ann')?.early).toBeUndefined();
  });

  it('a backfill opens no breaker and stops nobody early, however much it brings', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (history) => {
        const { run, state, notices } = await played(history.map((call) => ({ ...call, late: true })));
        const spent = run.subjects.balances.get('user/ann')?.[month]?.spent ?? 0n;
        expect(state?.holds.own?.level === 'suspended').toBe(spent >= limit);
        expect(notices().filter((name) => name === 'early-stop' || name === 'velocity')).toEqual([]);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
