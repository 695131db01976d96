import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { seededRandom } from '../../../lambda/domain/forecast/seeded-random.ts';
import { drawDelays } from '../../../scripts/simulate/drawn-delays.ts';
import { simulateEarlyStop } from '../../../scripts/simulate/simulate-early-stop.ts';
import { simulationText } from '../../../scripts/simulate/simulation-text.ts';
import { simulatedCalls, spenders, windowSeconds } from '../../../scripts/simulate/spenders.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const simulation = simulateEarlyStop({ runs: 10, seed: 1, slowness: 1 });
const rowsOf = (earlyStop: boolean) => simulation.rows.filter((row) => row.earlyStop === earlyStop);

describe('simulateEarlyStop', () => {
  it('shows that without it everyone ends above the limit, and with it few do', () => {
    for (const { aboveShare, shortShare } of rowsOf(false)) {
      expect(aboveShare).toBe(1);
      expect(shortShare).toBe(0);
    }
    for (const { aboveShare } of rowsOf(true)) expect(aboveShare).toBeLessThan(0.4);
  });

  it('pairs the policies: both meet the same spenders and limits', () => {
    expect(rowsOf(true).map(({ wouldExceed }) => wouldExceed)).toEqual(
      rowsOf(false).map(({ wouldExceed }) => wouldExceed),
    );
  });

  it('never keeps back more than the share of the limit that the settings allow', () => {
    const { maxMarginPercent } = simulation.settings.earlyStop;
    for (const row of rowsOf(true)) {
      expect(row.short.maxPercent).toBeLessThanOrEqual(maxMarginPercent);
      expect(row.left.maxPercent).toBeLessThanOrEqual(maxMarginPercent);
    }
  });

  it('leaves steady and ramping spenders alone with the velocity breaker', () => {
    for (const { spender, trippedShare } of simulation.rows)
      if (spender === 'steady' || spender === 'ramping') expect(trippedShare).toBeLessThan(0.05);
  });

  it('has every spender in its text', () => {
    const text = simulationText(simulation);
    for (const spender of spenders) expect(text).toContain(spender);
    expect(text).toContain('10 runs of each spender, seed 1');
  });
});

describe('what is drawn', () => {
  it.each(spenders)('calls of a %s spender lie in the window, in order, and cost something', (spender) => {
    const calls = simulatedCalls(spender, seededRandom(4), () => 10);
    expect(calls.length).toBeGreaterThan(10);
    const times = calls.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(windowSeconds);
    expect(calls.every(({ cost }) => cost > 0n)).toBe(true);
  });

  it('delays of records lie between the least and the most that was measured, half below the median', () => {
    const { log } = drawDelays(seededRandom(2), 1);
    const drawn = Array.from({ length: 2_000 }, log);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(3.5);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(14.6);
    const below = drawn.filter((seconds) => seconds < 10.1).length;
    expect(below / drawn.length).toBeCloseTo(0.5, 1);
  });
});

describe('budgeteer simulate early-stop', () => {
  it('prints the same JSON for the same seed as the simulation itself', () => {
    const args = ['scripts/budgeteer.ts', 'simulate', 'early-stop', '--runs', '10', '--json'];
    const printed: unknown = JSON.parse(
      execFileSync(process.execPath, args, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    expect(printed).toEqual(simulation);
  });
});
