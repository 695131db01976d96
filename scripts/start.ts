import { Command, CommanderError } from 'commander';
import { exitWithParent } from './local/exit-with-parent.ts';
import { runFromCommandLine } from './run/run-from-command-line.ts';

exitWithParent();

const program = new Command('npm start --')
  .description(
    'Runs the whole system on this machine, without an AWS account. With no option it tells a story: two weeks in a small account.',
  )
  .option(
    '--logs <paths...>',
    'meter these log files, or directories in the layout that Bedrock writes to S3',
  )
  .option('--scenario <file>', 'take the steps of a scenario file')
  .option('--config <file>', 'budgets for --logs: the same object as a scenario’s config')
  .option(
    '--bad-days <seed>',
    'what AWS’s throttles, repeated deliveries and lost answers are drawn from',
    Number,
    1,
  )
  .option('--no-bad-days', 'an AWS that never stumbles')
  .option('--serve', 'keep the stack up afterwards, for the commands of `budgeteer`')
  .option('--json', 'print the result as one JSON object')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

try {
  const { logs, scenario, config, badDays, json, serve } = program.parse().opts();
  process.exitCode = await runFromCommandLine({
    ...{ logs, scenario, config, badDays },
    json: json === true,
    serve: serve === true,
  });
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed what is wrong, or the help that was asked for.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
