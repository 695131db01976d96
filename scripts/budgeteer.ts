import { Command, CommanderError } from 'commander';
import { addPricesCommand } from './budgeteer/prices/prices-command.ts';
import { registerOperatorCommands } from './budgeteer/register/register.ts';
import { replayCommand } from './budgeteer/replay/replay-command.ts';
import { InputError } from './command-line/input-error.ts';
import { addSimulateCommand } from './simulate/simulate-command.ts';

const program = new Command('npm run -s budgeteer --')
  .description('Answers questions about budgets and spending.')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

program
  .command('replay')
  .description(
    'What these invocation logs would have cost, and who would have been alerted, restricted and suspended, when. Offline: nothing is read from AWS or written to it.',
  )
  .argument(
    '<files...>',
    'log files (.json, .jsonl, gzipped or not), or directories in the layout of the log bucket',
  )
  .option('--config <file>', 'budgets, as in the config of a scenario file')
  .option('--json', 'print the result as one JSON object')
  .action(replayCommand);

addPricesCommand(program);

addSimulateCommand(program);

registerOperatorCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof InputError) {
    console.error(error.message);
    process.exitCode = 2;
  } else if (error instanceof CommanderError) {
    // Commander has printed what is wrong, or the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else throw error;
}
