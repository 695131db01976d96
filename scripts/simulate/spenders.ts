import type { NanoUsd } from '../../lambda/domain/money.ts';

/** One call of a simulated spender; times are seconds since the window began. */
export interface SimulatedCall {
  readonly at: number;
  readonly cost: NanoUsd;
  /** The longest of the delays between the call and its record. */
  readonly recordDelay: number;
}

export const spenders = ['steady', 'ramping', 'bursty', 'idle-then-burst'] as const;
export type Spender = (typeof spenders)[number];

/** Length of the simulated window: pace is a matter of minutes, so two hours tell as much as a month. */
export const windowSeconds = 2 * 3_600;

/**
 * All calls that a spender would make in the window if nobody stopped it. Calls arrive at random around a rate that the
 * kind of spender shapes; costs scatter log-normally, a few calls cost ten times the usual one.
 */
export function simulatedCalls(
  spender: Spender,
  random: () => number,
  logDelay: () => number,
): SimulatedCall[] {
  const perMinute = logUniform(random, 2, 40);
  const usual = logUniform(random, 0.01, 0.3);
  const rate = rateOf(spender, random);
  const peak = peaks[spender];
  const calls: SimulatedCall[] = [];
  // Thinning: candidates at the peak rate, kept in proportion to the rate at their time.
  for (let at = 0; at < windowSeconds; ) {
    at += (-Math.log(1 - random()) * 60) / (perMinute * peak);
    if (at < windowSeconds && random() * peak < rate(at)) {
      const usd = Math.min(usual * Math.exp(0.8 * normal(random)), usual * 20);
      calls.push({ at, cost: BigInt(Math.round(usd * 1e9)), recordDelay: logDelay() });
    }
  }
  return calls;
}

/** Highest factor on the mean rate that each kind reaches. */
const peaks: Readonly<Record<Spender, number>> = {
  steady: 1,
  ramping: 2,
  bursty: 4,
  'idle-then-burst': 4,
};

/** Factor on the mean rate at a time. */
function rateOf(spender: Spender, random: () => number): (at: number) => number {
  switch (spender) {
    case 'steady':
      return () => 1;
    case 'ramping':
      // Twenty-fold from the start of the window to its end.
      return (at) => 2 * 20 ** (at / windowSeconds - 1);
    case 'bursty': {
      const turns: number[] = [];
      for (let at = 0; at < windowSeconds; turns.push(at))
        at += turns.length % 2 === 0 ? 240 + 480 * random() : 60 + 180 * random();
      return (at) => (turns.filter((turn) => turn <= at).length % 2 === 1 ? 4 : 0.1);
    }
    case 'idle-then-burst': {
      // Half an hour of ordinary work, a pause, and then something that has got out of hand.
      const begins = windowSeconds * (0.5 + 0.4 * random());
      return (at) => (at >= begins ? 4 : at < 1_800 ? 0.2 : 0);
    }
  }
}

const logUniform = (random: () => number, from: number, to: number): number => from * (to / from) ** random();

/** Box and Muller's transform. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
