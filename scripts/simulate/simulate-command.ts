import { type Command, InvalidArgumentError } from 'commander';
import { simulateEarlyStop } from './simulate-early-stop.ts';
import { simulationText } from './simulation-text.ts';

/** Adds `simulate early-stop`. It asks nobody and works offline. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('What settings would do to made-up spenders.')
    .command('early-stop')
    .description('How often and how far spenders end above their limit, with and without the early stop.')
    .option('--runs <count>', 'runs of each kind of spender', whole(1, 100_000), 200)
    .option('--seed <number>', 'the same seed gives the same figures', whole(0, 1_000_000), 1)
    .option(
      '--log-delay-factor <factor>',
      'how many times as late as measured records come, without the bound knowing of it',
      factor,
      1,
    )
    .option('--json', 'print the result as one JSON object')
    .action((options: { runs: number; seed: number; logDelayFactor: number; json?: boolean }) => {
      const { runs, seed, logDelayFactor } = options;
      const simulation = simulateEarlyStop({ runs, seed, slowness: logDelayFactor });
      process.stdout.write(
        options.json ? `${JSON.stringify(simulation, undefined, 2)}\n` : simulationText(simulation),
      );
    });
}

const whole = (least: number, most: number) => (text: string) => {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= least && count <= most))
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return count;
};

function factor(text: string): number {
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= 1_000)) throw new InvalidArgumentError('It must be above 0 and at most 1000.');
  return value;
}
