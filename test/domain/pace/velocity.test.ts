import fc from 'fast-check';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { type Pace, samplePace } from '../../../lambda/domain/pace/pace.ts';
import {
  explainVelocity,
  type Velocity,
  type VelocitySettings,
  velocityOf,
} from '../../../lambda/domain/pace/velocity.ts';

const settings: VelocitySettings = {
  multiple: 8,
  floorUsdPerMinute: '1.00',
  coolDownMinutes: 15,
  minimumMinutes: 10,
};
const start = Date.UTC(2026, 10, 23, 9, 0, 30);

/** Spends so many USD in each minute and is looked at in each: what the looks said. */
function live(perMinute: readonly number[], over: Partial<VelocitySettings> = {}): Velocity[] {
  let pace: Pace | undefined;
  let spentNow = 0n;
  return [0, ...perMinute].map((usd, minute) => {
    spentNow += parseUsd(usd.toFixed(9));
    const now = new Date(start + minute * 60_000);
    const sampled = samplePace(pace, { now, window: 'day:2026-11-23', spentNow, requestsNow: minute });
    const velocity = velocityOf(sampled, { ...settings, ...over }, now);
    pace = { ...sampled, openedAt: velocity.openedAt };
    return velocity;
  });
}
const minutes = (count: number, usd: number): number[] => Array.from({ length: count }, () => usd);
const states = (looks: readonly Velocity[]) => looks.map(({ state }) => state);
const trips = (looks: readonly Velocity[]) => looks.filter(({ tripped }) => tripped).length;

describe('the velocity breaker', () => {
  it('opens in the second minute of a runaway, once', () => {
    const looks = live([...minutes(20, 0.2), ...minutes(10, 5)]);
    expect(states(looks).indexOf('open')).toBe(22);
    expect(trips(looks)).toBe(1);
    expect(explainVelocity(looks[22] as Velocity)).toBe(
      'Spends 5.000000000 USD a minute; usual are 0.200000000, too fast is 1.600000000.',
    );
  });

  it.each([
    ['one expensive call', [...minutes(20, 0.2), 50, ...minutes(5, 0.2)]],
    ['a day that ramps up twentyfold', Array.from({ length: 120 }, (_, at) => 0.3 * 20 ** (at / 120))],
    ['a jump that stays below the floor', [...minutes(20, 0.01), ...minutes(10, 0.9)]],
    ['too short a history', [...minutes(9, 0.2), ...minutes(3, 9)]],
    ['a spender who scatters', Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 0.1 : 3))],
    ['idleness', minutes(60, 0)],
  ])('stays closed for %s', (_name, perMinute) => {
    expect(new Set(states(live(perMinute)))).toEqual(new Set(['closed']));
  });

  it('probes after the cool-down and closes after a second one of calm', () => {
    const looks = states(live([...minutes(20, 0.2), ...minutes(2, 5), ...minutes(40, 0.2)]));
    expect(looks.slice(22, 37)).toEqual(minutes(15, 0).map(() => 'open'));
    expect(looks.slice(37, 52)).toEqual(minutes(15, 0).map(() => 'half-open'));
    expect(looks[52]).toBe('closed');
  });

  it('opens again in the first hot minute of the probe, and tells of it again', () => {
    const looks = live([...minutes(20, 0.2), ...minutes(2, 5), ...minutes(16, 0), 5, 0]);
    expect(looks.at(-2)?.state).toBe('open');
    expect(trips(looks)).toBe(2);
    expect(looks.at(-2)?.openedAt).not.toBe(looks[22]?.openedAt);
  });

  it('takes a lasting level for the new usual where it only tells', () => {
    const looks = live([...minutes(20, 0.2), ...minutes(60, 5)]);
    expect(trips(looks)).toBe(1);
    expect(looks.at(-1)?.state).toBe('closed');
  });

  it('never opens below its floor', () => {
    const spend = fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(spend, (perMinute) => {
        expect(trips(live(perMinute))).toBe(0);
      }),
    );
  });
});
