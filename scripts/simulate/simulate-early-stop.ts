import { earlyStopSchema, velocitySchema } from '../../lambda/contracts/pace-settings.ts';
import { seededRandom } from '../../lambda/domain/forecast/seeded-random.ts';
import { drawDelays } from './drawn-delays.ts';
import { type RunOutcome, simulateRun } from './simulate-run.ts';
import { type Spender, simulatedCalls, spenders } from './spenders.ts';
import { type Figures, summarise } from './summarise.ts';

export interface SimulationOptions {
  /** Runs of each kind of spender. */
  readonly runs: number;
  readonly seed: number;
  /** Factor on every record's delay that the bound knows nothing of. */
  readonly slowness: number;
}

export interface SimulationRow extends Figures {
  readonly spender: Spender;
  readonly earlyStop: boolean;
}

export interface Simulation extends SimulationOptions {
  readonly settings: {
    readonly earlyStop: ReturnType<typeof earlyStopSchema.parse>;
    readonly velocity: ReturnType<typeof velocitySchema.parse>;
  };
  readonly rows: readonly SimulationRow[];
}

/** The same spenders with and without the early stop, at the default settings: pairs, so that only the policy differs. */
export function simulateEarlyStop(options: SimulationOptions): Simulation {
  const settings = { earlyStop: earlyStopSchema.parse({}), velocity: velocitySchema.parse({}) };
  const { maxMarginPercent } = settings.earlyStop;
  const delays = { ...settings.earlyStop.delays, graceSeconds: 0 };
  const rows = spenders.flatMap((spender, kind) => {
    const outcomes: { plain: RunOutcome[]; early: RunOutcome[] } = { plain: [], early: [] };
    for (let run = 0; run < options.runs; run += 1) {
      const seed = (options.seed * spenders.length + kind) * 1_000_003 + run;
      const random = seededRandom(seed);
      const calls = simulatedCalls(spender, random, drawDelays(random, options.slowness).log);
      const unhindered = calls.reduce((total, { cost }) => total + cost, 0n);
      // Half of the limits are out of reach, so that stopping for nothing can be seen.
      const limit = (unhindered * BigInt(Math.round(500 + 1_000 * random()))) / 1_000n;
      if (limit === 0n) continue;
      const fate = (early?: { delays: typeof delays; maxMarginPercent: number }) =>
        simulateRun(
          calls,
          limit,
          { early, velocity: settings.velocity },
          drawDelays(seededRandom(seed + 1), options.slowness),
        );
      outcomes.plain.push(fate());
      outcomes.early.push(fate({ delays, maxMarginPercent }));
    }
    return [
      { spender, earlyStop: false, ...summarise(outcomes.plain) },
      { spender, earlyStop: true, ...summarise(outcomes.early) },
    ];
  });
  return { ...options, settings, rows };
}
